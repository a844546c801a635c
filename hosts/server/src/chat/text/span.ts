/** How a piece of a line looks. `person…` are the colours of names. */
export type Style =
  | 'dim'
  | 'bold'
  | 'match'
  | 'mention'
  | 'good'
  | 'warn'
  | 'error'
  | 'read'
  | `person${number}`;

export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** One row of text, or a paragraph that is still to be wrapped. */
export type Line = readonly Span[];

export const span = (text: string, style?: Style): Span => (style === undefined ? { text } : { text, style });
export const dim = (text: string): Span => span(text, 'dim');

export const plainText = (line: Line): string => line.map(({ text }) => text).join('');
