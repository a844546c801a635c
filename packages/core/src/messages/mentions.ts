const mention = /<@([a-z0-9_]{1,64})>/g;

/** Who a text names: user ids in `<@userId>`, and `all` for `<@all>`; each once, in order, only those who may be named. */
export async function mentionsIn(
  text: string,
  mayBeNamed: (userId: string) => Promise<boolean>,
): Promise<string[]> {
  if (!text.includes('<@')) return [];
  const named = new Set<string>();
  for (const [, userId] of text.matchAll(mention)) {
    if (userId === undefined || named.has(userId)) continue;
    if (named.size === mostNamed) break;
    if (userId === 'all' || (await mayBeNamed(userId))) named.add(userId);
  }
  return [...named];
}

/** More names than this in one message are text: nobody reads such a message as addressed to them. */
const mostNamed = 50;
