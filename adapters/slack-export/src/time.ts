/** A Slack time stamp: an instant, and (within a channel) the name of a message. */
export interface Stamp {
  /** As it stands in the export: "1700000000.000100". */
  readonly ts: string;
  /** Microseconds since 1970, exact in a double until the year 2255. Sorts messages within one millisecond. */
  readonly micros: number;
  /** Milliseconds since 1970. */
  readonly ms: number;
}

const year2100 = 4_102_444_800;

/** Read digit by digit: no rounding of a fraction moves it into the next millisecond. undefined for what is no time. */
export function stamp(ts: unknown): Stamp | undefined {
  if (typeof ts !== 'string') return undefined;
  const [, whole, fraction = ''] = /^(\d{1,10})(?:\.(\d{1,6}))?$/.exec(ts) ?? [];
  if (whole === undefined) return undefined;
  const seconds = Number(whole);
  if (seconds === 0 || seconds > year2100) return undefined;
  const micros = seconds * 1_000_000 + Number(fraction.padEnd(6, '0'));
  return { ts, micros, ms: Math.floor(micros / 1000) };
}
