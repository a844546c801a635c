/** What the next Enter does with the text. */
export type Draft =
  | { readonly kind: 'new' }
  | { readonly kind: 'reply'; readonly seq: number }
  | { readonly kind: 'edit'; readonly seq: number; readonly was: string }
  /** Another text in place of one that the server refused. */
  | { readonly kind: 'rewrite'; readonly clientId: string };

export const newDraft: Draft = { kind: 'new' };
