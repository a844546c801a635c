import type { Names } from '../names.ts';

/** Who looks, and at what. */
export interface Look {
  /** Cells that a row may take. */
  readonly width: number;
  readonly names: Names;
  /** Cells of the column of names. */
  readonly column: number;
  readonly coloured: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}
