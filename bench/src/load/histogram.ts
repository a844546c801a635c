// Microseconds in buckets that widen: exact below 256, then 128 to each doubling, so that a value is off by under 0.8 %.
const exact = 256;
const perDoubling = 128;

export interface Spread {
  count: number;
  /** Milliseconds, as are the others. */
  p50: number;
  p95: number;
  p99: number;
  p999: number;
  max: number;
}

/** Counts latencies by the million in a few kilobytes. */
export class Histogram {
  #counts = new Float64Array(exact + perDoubling * 24);
  #count = 0;
  #max = 0;

  /** @param ms a latency; what the clock's grain makes negative counts as 0 */
  record(ms: number, times = 1): void {
    const micros = ms <= 0 ? 0 : Math.min(Math.round(ms * 1000), 0x7fffffff);
    const slot = slotOf(micros);
    this.#counts[slot] = (this.#counts[slot] ?? 0) + times;
    this.#count += times;
    if (micros > this.#max) this.#max = micros;
  }

  /** @returns the smallest recorded latency that at least this share of all is not above; milliseconds */
  percentile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (const [slot, count] of this.#counts.entries()) {
      seen += count;
      if (seen >= rank) return Math.min(topOf(slot), this.#max) / 1000;
    }
    return 0;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#max = 0;
  }

  spread(): Spread {
    return {
      count: this.#count,
      p50: this.percentile(0.5),
      p95: this.percentile(0.95),
      p99: this.percentile(0.99),
      p999: this.percentile(0.999),
      max: this.#max / 1000,
    };
  }
}

function slotOf(micros: number): number {
  if (micros < exact) return micros;
  const doubling = 31 - Math.clz32(micros) - 8;
  return exact + doubling * perDoubling + ((micros >> (doubling + 1)) - perDoubling);
}

/** The largest value that falls into the slot. */
function topOf(slot: number): number {
  if (slot < exact) return slot;
  const doubling = Math.floor((slot - exact) / perDoubling);
  const step = (slot - exact) % perDoubling;
  return (perDoubling + step + 1) * 2 ** (doubling + 1) - 1;
}

/** The middle value, or the mean of the middle two; NaN of nothing. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}
