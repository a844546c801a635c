// A mail archive of real people, texts and times, where no public one is at hand: the commits of a
// project whose Debian package ships its `git log --stat` as changelog. A commit is a mail; the commits between two
// releases are a thread. The same changelog gives the same mbox.
//
//   apt-get download libharfbuzz0b && dpkg-deb -x libharfbuzz0b_*.deb . # version 6.0.0: 14,662 commits
//   npm run corpus:changelog -- usr/share/doc/libharfbuzz0b/changelog.gz harfbuzz.mbox
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { asctime, inMbox } from '../write.ts';

const [source, target] = process.argv.slice(2);
if (source === undefined || target === undefined)
  throw new Error('Say which changelog.gz to read and which mbox to write.');
const project = target.replace(/^.*\//, '').replace(/\.mbox$/, '');

const log = gunzipSync(await readFile(source)).toString('utf8');
const commits = log
  .split(/^commit (?=[0-9a-f]{40}$)/m)
  .slice(1)
  .reverse();
const out = createWriteStream(target);
let root: string | undefined;
for (const commit of commits) {
  const [, hash = '', name = '', email = '', date = '', said = ''] =
    /^([0-9a-f]{40})\n(?:Merge: [^\n]*\n)?Author: +([^\n]*?) <([^\n]*?)>\nDate: +([^\n]*)\n\n(.*)$/s.exec(
      commit,
    ) ?? [];
  if (hash === '') throw new Error(`not a commit of git log: ${commit.slice(0, 200)}`);
  const [subject = '', ...body] = said.replace(/^ {4}/gm, '').split('\n');
  const at = new Date(date.replace(/^(\w+) (\w+) +(\d+) ([\d:]+) (\d+) (.*)$/, '$1, $3 $2 $5 $4 $6'));
  const id = `<${hash}@${project}.example>`;
  const headers = [
    `From: ${word(name)} <${email}>`,
    `Date: ${at.toUTCString().replace('GMT', '+0000')}`,
    `Subject: ${root === undefined ? '' : 'Re: '}${word(subject)}`,
    `Message-ID: ${id}`,
    ...(root === undefined ? [] : [`In-Reply-To: ${root}`, `References: ${root}`]),
    `List-Id: Commits of ${project} <commits.${project}.example>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
  ];
  out.write(
    inMbox(`${email.replace(/\s/g, '') || 'nobody'} ${asctime(at)}`, [...headers, '', ...body].join('\n')),
  );
  const release = /^(?:\[?release\]? ?)?v?\d+\.\d+\.\d+\s*$/i.test(subject);
  root = release ? undefined : (root ?? id);
}
out.end();
console.log(`${commits.length} messages`);

/** RFC 2047: what is not ASCII goes into a header as an encoded word. */
function word(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
}
