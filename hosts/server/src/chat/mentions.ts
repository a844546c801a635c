/** `<@usr_…>` for each `@Name` that names one person, `<@all>` for `@all`. Longest names first, whatever the case. */
export function withMentions(
  text: string,
  people: readonly (readonly [name: string, userId: string])[],
): string {
  const known = [...people, ['all', 'all'] as const].filter(([name]) => name !== '');
  let out = '';
  let rest = text;
  for (let at = rest.indexOf('@'); at !== -1; at = rest.indexOf('@')) {
    out += rest.slice(0, at);
    rest = rest.slice(at + 1);
    const hit = known.find(
      ([name]) => startsWith(rest, name) && !/^[\p{L}\p{N}_]/u.test(rest.slice(name.length)),
    );
    // Within a word it is an address, after `<` a mention already.
    if (hit === undefined || /[\p{L}\p{N}_<]$/u.test(out)) {
      out += '@';
      continue;
    }
    out += `<@${hit[1]}>`;
    rest = rest.slice(hit[0].length);
  }
  return out + rest;
}

function startsWith(text: string, beginning: string): boolean {
  return text.slice(0, beginning.length).toLocaleLowerCase() === beginning.toLocaleLowerCase();
}
