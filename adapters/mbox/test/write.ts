/** One message of an mbox, in the form mboxrd: what looks like a separator gets a `>`, and what has one gets another. */
export function inMbox(fromLine: string, message: string): string {
  const body = message.replace(/(^|\n)(>*From )/g, '$1>$2');
  return `From ${fromLine}\n${body}${body.endsWith('\n') ? '' : '\n'}\n`;
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The date of a `From ` line: C's asctime, in UTC. */
export function asctime(at: Date): string {
  const [, date = ''] = at.toISOString().split('T');
  const day = String(at.getUTCDate()).padStart(2);
  return `${weekdays[at.getUTCDay()]} ${months[at.getUTCMonth()]} ${day} ${date.slice(0, 8)} ${at.getUTCFullYear()}`;
}
