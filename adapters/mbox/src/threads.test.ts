import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAnswer, topicOf } from './subject.ts';
import { inOrder, type Linked, rootsOf } from './threads.ts';

const mail = (id: string, parents: string[] = [], sentAt = 0, subject = ''): Linked => ({
  id,
  parents,
  sentAt,
  topic: topicOf(subject),
  isAnswer: isAnswer(subject),
});
const roots = (...mails: Linked[]) => [...rootsOf(mails)];

describe('threads of mails', () => {
  it('[LOG10] hang every answer on the topmost mail that is here', () => {
    expect(roots(mail('a'), mail('b', ['a']), mail('c', ['a', 'b']), mail('d', ['c']))).toEqual([0, 0, 0, 0]);
    expect(roots(mail('c', ['gone', 'b'], 2), mail('b', ['gone'], 1))).toEqual([1, 1]);
  });

  it('let the earliest mail that names a missing one stand in for it', () => {
    expect(roots(mail('a', ['gone'], 2), mail('b', ['gone'], 1), mail('c', ['else'], 3))).toEqual([1, 1, 2]);
  });

  it('end where ids lead in a circle or to the mail itself', () => {
    expect(roots(mail('a', ['a']))).toEqual([0]);
    expect(new Set(roots(mail('a', ['b']), mail('b', ['c']), mail('c', ['a']))).size).toBe(1);
  });

  it('go by the subject when an answer has no headers to go by, and for a month only', () => {
    const day = 24 * 60 * 60 * 1000;
    const asked = mail('a', [], 0, '[dev] Ovens');
    expect(roots(asked, mail('b', [], day, 'Re: [dev] ovens'))).toEqual([0, 0]);
    expect(roots(asked, mail('b', [], day, 'Ovens'))).toEqual([0, 1]);
    expect(roots(asked, mail('b', [], 31 * day, 'Re: Ovens'))).toEqual([0, 1]);
    expect(roots(asked, mail('b', ['gone'], day, 'Re: Ovens'))).toEqual([0, 1]);
    expect(roots(mail('a', [], 0, ''), mail('b', [], 1, 'Re:'))).toEqual([0, 1]);
  });

  it('never give a reply before its root, and go by time otherwise', () => {
    const anyMail = fc.record({
      parents: fc.array(fc.nat(12).map(String), { maxLength: 3 }),
      sentAt: fc.nat(5),
      subject: fc.constantFrom('', 'x', 'Re: x'),
    });
    fc.assert(
      fc.property(fc.array(anyMail, { maxLength: 12 }), (drafts) => {
        const mails = drafts.map(({ parents, sentAt, subject }, at) =>
          mail(String(at), parents, sentAt, subject),
        );
        const found = rootsOf(mails);
        const order = inOrder(mails, found);
        expect([...order].sort((a, b) => a - b)).toEqual(mails.map((_, at) => at));
        const place = new Map(order.map((index, at) => [index, at]));
        let latest = 0;
        for (const index of order) {
          const root = found[index] ?? -1;
          expect(found[root]).toBe(root);
          expect(place.get(root)).toBeLessThanOrEqual(place.get(index) ?? -1);
          const time = mails[index]?.sentAt ?? 0;
          if (time < latest) expect(time).toBeLessThan(mails[root]?.sentAt ?? 0);
          latest = Math.max(latest, time);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('take time in proportion to their number: 100,000 answers in one chain', () => {
    const chain = Array.from({ length: 100_000 }, (_, at) => mail(String(at), [String(at + 1)], at));
    expect(new Set(rootsOf(chain)).size).toBe(1);
  });
});

describe('a subject', () => {
  it.each([
    ['Re: [dev] Re[2]: Fwd:  Big   Ovens', 'big ovens'],
    ['AW: WG: Öfen', 'öfen'],
    ['Re^2: x', 'x'],
    ['Recipe: bread', 'recipe: bread'],
  ])('%s is about %s', (subject, topic) => expect(topicOf(subject)).toBe(topic));
});
