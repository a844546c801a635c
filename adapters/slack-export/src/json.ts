// An export is written by another house and edited by hand at times: nothing about its shape is believed.

export type Json = Readonly<Record<string, unknown>>;

export function record(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** A string with something in it. */
export function string(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function records(value: unknown): Json[] {
  return list(value).flatMap((item) => {
    const found = record(item);
    return found === undefined ? [] : [found];
  });
}

export function strings(value: unknown): string[] {
  return list(value).flatMap((item) => string(item) ?? []);
}
