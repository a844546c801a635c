// Makes emoji-names.json out of the table that Slack's short names come from: emoji-datasource (MIT, Cal Henderson).
// The package is 28 MB, nearly all of it pictures, so StackBox keeps the 50 KB it reads.
//
//   npm run emoji-names -- <folder of emoji-datasource>/emoji.json
import { readFile, writeFile } from 'node:fs/promises';

interface Row {
  unified: string;
  short_names: string[];
}

const [source] = process.argv.slice(2);
if (source === undefined) throw new Error('Say where emoji.json of emoji-datasource lies.');
const rows = JSON.parse(await readFile(source, 'utf8')) as Row[];
const names = rows.flatMap((row) => {
  const emoji = String.fromCodePoint(...row.unified.split('-').map((point) => Number.parseInt(point, 16)));
  return row.short_names.map((name): [string, string] => [name, emoji]);
});
names.sort(([a], [b]) => (a < b ? -1 : 1));
await writeFile(
  new URL('emoji-names.json', import.meta.url),
  `${JSON.stringify(Object.fromEntries(names), null, 2)}\n`,
);
