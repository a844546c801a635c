import { describe, expect, it } from 'vitest';
import { mailOf } from './mail.ts';

const read = (...lines: string[]) => mailOf(Buffer.from(lines.join('\n'), 'latin1'));
const part = (...lines: string[]) => ['--b', ...lines];
const mixed = (...parts: string[][]) =>
  read('MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b', '', ...parts.flat(), '--b--', '');

describe('the body of a mail', () => {
  it.each([
    ['plain', ['', 'Hello\n\n-- \nAnn'], 'Hello\n\n-- \nAnn'],
    ['latin1', ['Content-Type: text/plain; charset=iso-8859-1', '', 'Gr\xfc\xdfe'], 'Grüße'],
    ['utf-8', ['Content-Type: text/plain; charset=utf-8', '', 'Gr\xc3\xbc\xc3\x9fe'], 'Grüße'],
    ['iso-2022-jp', ['Content-Type: text/plain; charset=iso-2022-jp', '', '\x1b$B$3$s\x1b(B'], 'こん'],
    [
      'quoted-printable',
      [
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'Gr=C3=BC=C3=9F=\ne',
      ],
      'Grüße',
    ],
    [
      'base64',
      ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64', '', 'R3LDvMOfZQ=='],
      'Grüße',
    ],
    ['a charset nobody knows', ['Content-Type: text/plain; charset=x-klingon', '', 'nuqneH'], 'nuqneH'],
    ['control characters', ['', 'a\x00b\x1b[31mc\x07\r\nd\te'], 'ab[31mc\nd\te'],
    ['what looks like a mention', ['', 'via <@relay.example>'], 'via <\u2060@relay.example>'],
    ['>From', ['', '>From here', '>>From there'], 'From here\n>From there'],
  ])('is read: %s', async (_, lines, text) => expect((await read(...lines)).text).toBe(text));

  it('is the plain one of two alternatives', async () => {
    const mail = await read(
      'Content-Type: multipart/alternative; boundary=b',
      '',
      ...part('Content-Type: text/plain', '', 'plain'),
      ...part('Content-Type: text/html', '', '<b>rich</b>'),
      '--b--',
    );
    expect(mail).toEqual({ text: 'plain', files: [], fromHtml: false, whole: true });
  });

  it('is the words of the HTML where there is nothing else, or nothing in it', async () => {
    const html = ['Content-Type: text/html', '', '<p>Hello <a href="https://a.example">you</a></p>'];
    expect(await read(...html)).toMatchObject({ text: 'Hello you (https://a.example)', fromHtml: true });
    const blank = await read(
      'Content-Type: multipart/alternative; boundary=b',
      '',
      ...part('Content-Type: text/plain', '', ' '),
      ...part(...html),
      '--b--',
    );
    expect(blank.text).toBe('Hello you (https://a.example)');
  });

  it('names its attachments with their sizes, and no path in a name', async () => {
    const { text, files } = await mixed(
      part('Content-Type: text/plain', '', 'see below'),
      part(
        'Content-Type: image/png; name="../../oven.png"',
        'Content-Transfer-Encoding: base64',
        'Content-Disposition: attachment',
        '',
        'AAAA',
      ),
      part('Content-Type: application/pgp-signature', 'Content-Disposition: attachment', '', 'sig'),
      part(
        "Content-Type: text/plain; name*=utf-8''%E2%82%AC.txt",
        'Content-Disposition: attachment',
        '',
        'x',
      ),
    );
    expect(text).toBe('see below');
    expect(files).toEqual([
      { name: '.._.._oven.png', type: 'image/png', size: 3 },
      { name: 'unnamed.pgp-signature', type: 'application/pgp-signature', size: 4 },
      { name: '€.txt', type: 'text/plain', size: 2 },
    ]);
  });

  it('has the mail it forwards in it, three deep', async () => {
    const forward = (depth: number): string[] =>
      depth === 0
        ? ['Subject: core', '', 'innermost']
        : [
            `Subject: level ${depth}`,
            `Content-Type: multipart/mixed; boundary=b${depth}`,
            '',
            `--b${depth}`,
            'Content-Type: message/rfc822',
            '',
            ...forward(depth - 1),
            `--b${depth}--`,
          ];
    const three = await read(...forward(3));
    expect(three.text.match(/Forwarded message/g)).toHaveLength(3);
    expect(three.text).toMatch(/Subject: core\n\ninnermost$/);
    const six = await read(...forward(6));
    expect(six.text.match(/Forwarded message/g)).toHaveLength(3);
    expect(six.files).toMatchObject([{ name: 'unnamed.rfc822' }]);
  });

  it('is read as far as its first quarter of a million lines', async () => {
    const long = await mixed(
      part('Content-Type: text/plain', '', 'words first'),
      part(
        'Content-Type: text/x-log; name=a.log',
        'Content-Disposition: attachment',
        '',
        '\n'.repeat(300_000),
      ),
    );
    expect(long).toEqual({
      text: 'words first',
      files: [{ name: 'a.log', type: 'text/x-log' }],
      fromHtml: false,
      whole: false,
    });
  });

  it('is refused when its parts lie a thousand deep or its headers never end', async () => {
    const deep = Array.from({ length: 1000 }, (_, at) => [
      `Content-Type: multipart/mixed; boundary=n${at}`,
      '',
      `--n${at}`,
    ]).flat();
    await expect(read(...deep)).rejects.toThrow(/nesting depth/);
    await expect(read(...Array.from({ length: 60_000 }, () => `X-Pad: ${'x'.repeat(60)}`))).rejects.toThrow(
      /header size/,
    );
  });
});
