import type { Audience } from '@stackbox/core';

type Told = { [Call in keyof Audience]: { call: Call; with: Parameters<Audience[Call]> } }[keyof Audience];

/** An audience that notes what it is told. */
export function notingAudience(): Audience & { readonly told: Told[] } {
  const told: Told[] = [];
  return {
    told,
    entries: (...args) => void told.push({ call: 'entries', with: args }),
    passing: (...args) => void told.push({ call: 'passing', with: args }),
    dismiss: (...args) => void told.push({ call: 'dismiss', with: args }),
  };
}
