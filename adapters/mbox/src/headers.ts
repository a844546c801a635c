import { decodeWords } from 'postal-mime';
import type { Range } from './ranges.ts';
import type { Window } from './window.ts';

const firstLook = 32 * 1024;
const mostHeaders = 1024 * 1024;
/** More of one header says nothing more about who wrote what when, and much to a parser that is slow on nonsense. */
const mostChars = 16 * 1024;
const mostIds = 200;

/** The headers an index needs, decoded. */
export class Headers {
  readonly #fields = new Map<string, string>();

  constructor(block: string) {
    for (const line of block.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
      const colon = line.indexOf(':');
      const name = line.slice(0, colon).trimEnd().toLowerCase();
      // The first one counts: a second From is how a forger hides behind an honest one.
      if (colon > 0 && !this.#fields.has(name))
        this.#fields.set(name, line.slice(colon + 1, colon + 1 + mostChars).trim());
    }
  }

  /** As written; encoded words stay encoded. */
  raw(name: string): string {
    return this.#fields.get(name) ?? '';
  }

  text(name: string): string {
    const value = this.raw(name);
    return value.includes('=?') ? decodeWords(value) : value;
  }

  /** The ids of Message-ID, In-Reply-To or References, in order, without their brackets. */
  ids(name: string): string[] {
    return [...this.raw(name).matchAll(/<\s*([^<>\s]+)\s*>/g)].slice(0, mostIds).map(([, id = '']) => id);
  }

  get empty(): boolean {
    return this.#fields.size === 0;
  }
}

/** Reads the header block of a message, and no more of the message than that takes. */
export async function headersOf(file: Window, { start, end }: Range): Promise<Headers> {
  for (let look = firstLook; ; look *= 4) {
    const bytes = await file.read(start, Math.min(start + look, end));
    const close = headerEnd(bytes);
    if (close !== undefined || start + look >= end || look >= mostHeaders) {
      return new Headers(decoded(bytes.subarray(0, close ?? bytes.length)));
    }
  }
}

function headerEnd(bytes: Buffer): number | undefined {
  if (bytes[0] === 0x0a || (bytes[0] === 0x0d && bytes[1] === 0x0a)) return 0;
  const unix = bytes.indexOf('\n\n');
  const dos = bytes.indexOf('\r\n\r\n');
  if (unix === -1) return dos === -1 ? undefined : dos;
  return dos === -1 ? unix : Math.min(unix, dos);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const western = new TextDecoder('windows-1252');

/** Headers are to be ASCII. Those that are not are UTF-8 (RFC 6532), or what was common before it. */
function decoded(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return western.decode(bytes);
  }
}
