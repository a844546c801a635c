import { describe, expect, it } from 'vitest';
import { Headers } from './headers.ts';
import { senderOf } from './sender.ts';

const sender = (headers: string, fromLine = '- Thu Jan  1 10:00:00 2004') =>
  senderOf(new Headers(headers), fromLine);

describe('the sender of a mail', () => {
  it.each([
    ['From: Ann Baker <Ann@Bakery.example>', 'ann@bakery.example', 'Ann Baker'],
    ['From: "Baker, Ann" <ann@bakery.example>', 'ann@bakery.example', 'Baker, Ann'],
    ['From: ann@bakery.example (Ann Baker)', 'ann@bakery.example', 'Ann Baker'],
    ['From: =?iso-8859-1?Q?J=FCrgen?= <j@b.example>', 'j@b.example', 'Jürgen'],
    ['From: =?UTF-8?B?0JDQvdC90LA=?= <a@b.example>', 'a@b.example', 'Анна'],
    ['From: joe at example.org (Joe Doe)', 'joe@example.org', 'Joe Doe'],
    ['From: "joe@example.org" <joe@example.org>', 'joe@example.org', ''],
    ['From: Ann\n\tBaker\n <ann@b.example>', 'ann@b.example', 'Ann Baker'],
  ])('is read from %j', (headers, email, name) => expect(sender(headers)).toEqual({ email, name }));

  it('is the author where a list has put itself in their place', () => {
    const list = 'From: Ann via dev <dev@lists.example>\n';
    expect(sender(`${list}Reply-To: Ann Baker <ann@b.example>`)).toEqual({
      email: 'ann@b.example',
      name: 'Ann Baker',
    });
    expect(sender(`${list}X-Original-From: ann@b.example`)).toEqual({ email: 'ann@b.example', name: 'Ann' });
    expect(sender(`${list}Reply-To: dev@lists.example`)).toEqual({
      email: 'dev@lists.example',
      name: 'Ann via dev',
    });
  });

  it('is who delivered it when the mail itself has no address', () => {
    expect(sender('From: Ann\nSender: s@b.example').email).toBe('s@b.example');
    expect(sender('Subject: x', 'joe at example.org  Mon Jan  5 10:00:00 2004').email).toBe(
      'joe@example.org',
    );
    expect(sender('From: Ann', 'mboxrd@z Thu Jan  1 00:00:00 1970')).toEqual({ email: '', name: 'Ann' });
  });

  it('is the first of two From headers: the second is how a forger hides', () => {
    expect(sender('From: ann@b.example\nFrom: boss@b.example').email).toBe('ann@b.example');
  });
});
