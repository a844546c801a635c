import { expect, test } from 'vitest';
import { Names } from './names.ts';

const person = (userId: string, name: string) => ({ userId, name, role: 'staff' as const });
const some = ['a', 'b', 'c', 'd'].map((id) => person(id, id.toUpperCase()));

test('a person has the same colour on every screen, and nobody else has it', () => {
  const [here, there] = [new Names(), new Names()];
  here.learn(some);
  there.learn(some.toReversed());
  const colours = some.map(({ userId }) => here.style(userId));
  expect(some.map(({ userId }) => there.style(userId))).toEqual(colours);
  expect(new Set(colours).size).toBe(4);
});

test('who joins takes nobody’s colour, who left keeps name and colour', () => {
  const names = new Names();
  names.learn(some);
  const before = names.style('a');
  names.learn([person('0', 'Zero'), ...some.slice(1)]);
  expect(names.style('a')).toBe(before);
  expect(names.full('a')).toBe('A');
});

test('a name that two people share stands for neither', () => {
  const names = new Names();
  names.learn([person('1', 'Ana'), person('2', 'Ana'), person('3', 'Anabel')]);
  expect(names.byName(['1', '2', '3'])).toEqual([['Anabel', '3']]);
});
