/** What threading needs of a message. Messages are named by their index. */
export interface Linked {
  readonly id: string | undefined;
  /** Ids of earlier messages, the oldest first: References, then In-Reply-To. */
  readonly parents: readonly string[];
  readonly sentAt: number;
  readonly topic: string;
  readonly isAnswer: boolean;
}

/** How long after the last message of a topic an answer without headers still belongs to it. */
const topicMs = 30 * 24 * 60 * 60 * 1000;

/**
 * The root of each message's thread, its own index for a root. Where an ancestor isn't here, the earliest message that
 * names it stands in for it. Ids are what others wrote: they may name the message itself, or each other in a circle,
 * which ends where it began.
 */
export function rootsOf(messages: readonly Linked[]): Int32Array {
  const parents = parentsOf(messages);
  const roots = new Int32Array(messages.length).fill(-1);
  for (let index = 0; index < messages.length; index++) {
    const path: number[] = [];
    const walked = new Set<number>();
    let at = index;
    while (roots[at] === -1 && !walked.has(at)) {
      walked.add(at);
      path.push(at);
      const parent = parents[at] ?? -1;
      if (parent === -1) break;
      at = parent;
    }
    const known = roots[at] ?? -1;
    const root = known === -1 ? at : known;
    for (const each of path) roots[each] = root;
    roots[root] = root;
  }
  return roots;
}

function parentsOf(messages: readonly Linked[]): Int32Array {
  const byId = new Map<string, number>();
  messages.forEach(({ id }, index) => {
    if (id !== undefined && !byId.has(id)) byId.set(id, index);
  });
  const parents = new Int32Array(messages.length).fill(-1);
  const heirs = new Map<string, number>();
  const byTopic = new Map<string, number>();
  const inTime = messages.map((_, index) => index);
  inTime.sort((a, b) => (messages[a]?.sentAt ?? 0) - (messages[b]?.sentAt ?? 0) || a - b);
  for (const index of inTime) {
    const message = messages[index];
    if (message === undefined) continue;
    const named = message.parents.map((id) => byId.get(id)).find((at) => at !== undefined && at !== index);
    const ancestor = named ?? message.parents.map((id) => heirs.get(id)).find((at) => at !== undefined);
    for (const id of message.parents) if (!byId.has(id) && !heirs.has(id)) heirs.set(id, index);
    if (ancestor !== undefined) parents[index] = ancestor;
    else if (message.isAnswer && message.parents.length === 0) {
      const before = byTopic.get(message.topic);
      const recent = before !== undefined && message.sentAt - (messages[before]?.sentAt ?? 0) <= topicMs;
      if (recent && message.topic !== '') parents[index] = before;
    }
    byTopic.set(message.topic, index);
  }
  return parents;
}

/**
 * The order to give messages in: by time, ties as they lie in the source, but no reply before its root. A reply whose
 * clock ran behind comes once its root is there.
 */
export function inOrder(messages: readonly Linked[], roots: Int32Array): number[] {
  const time = (index: number) => messages[index]?.sentAt ?? 0;
  const root = (index: number) => roots[index] ?? index;
  const due = (index: number) => Math.max(time(index), time(root(index)));
  /** Waits for its root: comes after it among those of the same time. */
  const waits = (index: number) =>
    root(index) !== index && (time(index) < time(root(index)) || root(index) > index) ? 1 : 0;
  return messages
    .map((_, index) => index)
    .sort((a, b) => due(a) - due(b) || waits(a) - waits(b) || time(a) - time(b) || a - b);
}
