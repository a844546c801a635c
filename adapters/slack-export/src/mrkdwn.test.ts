import { limits, normalText, utf8Bytes } from '@stackbox/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mrkdwn } from './mrkdwn.ts';
import { fitText } from './text.ts';

const names = {
  knows: (ref: string) => ref === 'U1' || ref === 'W2',
  channel: (ref: string) => (ref === 'C1' ? 'general' : undefined),
};
const read = (text: string) => mrkdwn(text, names);

describe('mrkdwn', () => {
  it.each([
    ['*bold* and _it_ and ~gone~', '**bold** and _it_ and ~~gone~~'],
    ['2*3*4 and snake_case_name', '2*3*4 and snake_case_name'],
    ['* not bold * (*bold*)', '* not bold * (**bold**)'],
    ['*see <https://a.example|here>*', '**see [here](https://a.example)**'],
    ['a &lt;b&gt; &amp;amp; c', 'a <b> &amp; c'],
    ['&gt; quoted', '> quoted'],
  ])('reads %s', (slack, ours) => expect(read(slack)).toBe(ours));

  it.each([
    ['<https://a.example>', 'https://a.example'],
    ['<https://a.example|https://a.example>', 'https://a.example'],
    ['<http://a.example|a.example>', 'http://a.example'],
    ['<https://a.example/?a=1&amp;b=(2)|x [1]>', '[x \\[1\\]](https://a.example/?a=1&b=%282%29)'],
    ['<mailto:a@b.example|a@b.example>', 'a@b.example'],
    ['<javascript:alert(1)|click>', 'click (javascript:alert(1))'],
  ])('makes a link of %s', (slack, ours) => expect(read(slack)).toBe(ours));

  it.each([
    ['<@U1> <@W2|willy>', '<@U1> <@W2>'],
    ['<@U9|gone> <@U8>', '@gone @U8'],
    ['<!here> <!channel> <!everyone|all>', '<@all> <@all> <@all>'],
    ['<!subteam^S1|@bakers> <!subteam^S1>', '@bakers @S1'],
    ['<!date^1700000000^{date}|14 Nov>', '14 Nov'],
    ['<#C1|> <#C1> <#C9|other> <#C8>', '#general #general #other #C8'],
  ])('reads who and what %s names', (slack, ours) => expect(read(slack)).toBe(ours));

  it.each(['&lt;@U1&gt;', '&lt;<@U9|U1>&gt;', '&lt;<!subteam^S|@all>&gt;', '`&lt;@U1&gt;`'])(
    'makes no mention of %s, which only looks like one',
    (slack) => expect(read(slack)).not.toMatch(/<@/),
  );

  it('leaves code alone, and puts its fences on lines of their own', () => {
    expect(read('run `*a* <https://a.example|a.example>`')).toBe('run `*a* a.example`');
    expect(read('so: ```x = *p;\ny &amp;= <@U1>;``` done')).toBe('so: \n```\nx = *p;\ny &= @U1;\n```\n done');
  });

  it('reads emoji, with their colours, and leaves the workspace’s own by name', () => {
    expect(read(':white_check_mark: :+1::skin-tone-5: :partyparrot: 12:30:45 a:100:b')).toBe(
      '✅ 👍🏾 :partyparrot: 12:30:45 a:100:b',
    );
  });

  it('gives text for the wire whatever it is given', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<',
        '>',
        '&lt;',
        '&gt;',
        '&amp;',
        '@U1',
        '|',
        '*',
        '_',
        '~',
        '`',
        '```',
        '\n',
        '\u0338',
        ':+1:',
      ),
      fc.constantFrom(
        '\u0000',
        '\u0001',
        '\u0003',
        '\u0005',
        '\ud800',
        '\u0085',
        '<@U1>',
        '<!here>',
        'x'.repeat(4000),
      ),
      fc.string({ unit: 'grapheme', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { text } = fitText(read(pieces.join('')));
        expect(text.isWellFormed()).toBe(true);
        expect(text).toBe(normalText(text));
        expect(text).not.toMatch(/[\p{Cc}--[\n\t]]/v);
        const asWritten = text.replace(/<@(?:U1|W2|all)>/g, `<@${'u'.repeat(64)}>`);
        expect(utf8Bytes(asWritten)).toBeLessThanOrEqual(limits.textBytes);
      }),
    );
  });

  it.each([
    ['stars', '*a '],
    ['spaces after a star', `*a${' '.repeat(1000)}`],
    ['ticks', '`'],
    ['angle brackets', '<'],
    ['colons', ':a'],
  ])('takes time in proportion to the text: %s', (_, piece) => {
    // CPU time: what else the machine does is not this code's doing. The square takes minutes.
    const before = process.cpuUsage().user;
    read(piece.repeat(1_000_000 / piece.length));
    expect(process.cpuUsage().user - before).toBeLessThan(20_000_000);
  });
});
