const answer = /^(?:re|aw|sv|antw|vs|ref|fwd?|wg|tr|rv|enc)\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]\s*/i;
const listTag = /^\[[^\]]{1,40}\]\s*/;

/** What a subject is about: without `Re:`, the list's tag, and differences of case. */
export function topicOf(subject: string): string {
  let rest = subject.trim();
  for (let before = ''; rest !== before; ) {
    before = rest;
    rest = rest.replace(answer, '').replace(listTag, '');
  }
  return rest.replace(/\s+/g, ' ').toLowerCase();
}

export function isAnswer(subject: string): boolean {
  return answer.test(subject.trim().replace(listTag, ''));
}
