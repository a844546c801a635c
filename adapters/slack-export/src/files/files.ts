import { Refusal } from '@stackbox/protocol';

/** How much of an export is believed before it is taken for an attack. */
export interface ExportLimits {
  /** Files in the export, counted before one is read. */
  readonly files: number;
  /** Bytes of one file, unpacked. A larger one is skipped. */
  readonly fileBytes: number;
  /** Bytes of all files together, unpacked, as the archive declares them. */
  readonly totalBytes: number;
}

export const exportLimits: ExportLimits = {
  files: 500_000,
  fileBytes: 128 * 1024 * 1024,
  totalBytes: 32 * 1024 * 1024 * 1024,
};

/** The files of an export, wherever they lie. */
export interface ExportFiles {
  /** Paths with `/` between their parts, in no particular order. */
  readonly paths: readonly string[];
  /** Those that were found but can't be read, and why. */
  readonly unreadable: readonly { path: string; why: string }[];
  read(path: string): Promise<Buffer>;
  close(): Promise<void>;
}

/** Thrown for one file that is not read; the others are none the worse for it. */
export class Unreadable extends Error {}

export function tooLarge(path: string, limits: ExportLimits): Unreadable {
  return new Unreadable(`the file is larger than ${limits.fileBytes} bytes: ${path}`);
}

export function checkTotals(files: number, bytes: number, limits: ExportLimits): void {
  if (files > limits.files) {
    throw new Refusal(
      'bad_request',
      `The export has more than ${limits.files} files. Export a shorter time span.`,
    );
  }
  if (bytes > limits.totalBytes) {
    throw new Refusal(
      'bad_request',
      `The export unpacks to more than ${limits.totalBytes} bytes. Export a shorter time span.`,
    );
  }
}
