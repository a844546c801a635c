/**
 * Where a message belongs, as words that stand beside its text in the index, so that FTS5 intersects them with what is
 * looked for instead of scanning afterwards. Each is three characters: one word to the porter tokenizer, and exactly
 * one trigram. The first is from the private use area, which texts are rid of.
 */
const kinds = { workspace: '\uE010', room: '\uE011', author: '\uE012', has: '\uE013' } as const;

// Digits of base 20,000: ideographs, which no tokenizer folds, splits or stems.
const base = 20_000;
const zero = 0x4e00;

export function scopeToken(kind: keyof typeof kinds, no: number): string {
  if (no < 0 || no >= base * base) throw new RangeError(`${kind} ${no} has no place in the search index`);
  return kinds[kind] + String.fromCharCode(zero + Math.floor(no / base), zero + (no % base));
}

export const hasFile = scopeToken('has', 0);
export const hasLink = scopeToken('has', 1);
