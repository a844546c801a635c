const quotedFrom = Buffer.from('>From ');
const newline = 0x0a;
const quote = 0x3e;

/** Takes back the `>` that mbox puts before a line that would begin a message (mboxrd: before `>From ` too). */
export function unquoted(bytes: Buffer): Buffer {
  const kept: Buffer[] = [];
  let copied = 0;
  for (let hit = bytes.indexOf(quotedFrom); hit !== -1; hit = bytes.indexOf(quotedFrom, hit + 1)) {
    let start = hit;
    while (start > copied && bytes[start - 1] === quote) start--;
    if (start !== 0 && bytes[start - 1] !== newline) continue;
    kept.push(bytes.subarray(copied, start));
    copied = start + 1;
  }
  return kept.length === 0 ? bytes : Buffer.concat([...kept, bytes.subarray(copied)]);
}
