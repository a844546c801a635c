import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeTerminal } from '../../../test/terminal.ts';
import { shortened } from '../text/width.ts';
import { Screen } from './screen.ts';

const block = (rows: string[], cursorRow = 0, before = '') => ({ rows, cursorRow, before });

function stage(columns = 20, rows = 10) {
  const terminal = new FakeTerminal(columns, rows);
  const screen = new Screen(terminal, columns);
  terminal.on('resize', () => screen.resize(terminal.columns, true));
  return { terminal, screen };
}

test('what is printed goes above the block, which stays at the bottom', () => {
  const { terminal, screen } = stage();
  screen.draw([], block(['> typing', 'status'], 0, '> typing'));
  screen.draw(['hello'], block(['> typing', 'status'], 0, '> typing'));
  screen.draw(['again', 'and more'], block(['> typing on', 'status'], 0, '> typ'));
  expect(terminal.lines).toEqual(['hello', 'again', 'and more', '> typing on', 'status']);
  expect(terminal.beforeCursor).toBe('> typ');
});

test('the cursor stands where the text before it ends, whatever width the terminal gives an emoji', () => {
  const { terminal, screen } = stage(40);
  screen.draw([], block(['> 👩‍👩‍👧 and 日本 more'], 0, '> 👩‍👩‍👧 and 日'));
  expect(terminal.beforeCursor).toBe('> 👩‍👩‍👧 and 日');
});

test('a block that is not changed is not drawn again', () => {
  const { terminal, screen } = stage();
  screen.draw([], block(['> a', 'status'], 0, '> a'));
  let written = 0;
  terminal.write = () => {
    written++;
    return true;
  };
  screen.draw([], block(['> a', 'status'], 0, '> a'));
  expect(written).toBe(0);
});

test('whatever is printed, typed and resized, each row is in the scrollback once, and the block below', () => {
  const text = fc.stringMatching(/^[a-z日本👍é ]{0,40}$/u, { size: 'max' });
  const draw = fc.record({
    printed: fc.array(text, { maxLength: 3 }),
    rows: fc.array(text, { minLength: 1, maxLength: 5 }),
    cursor: fc.nat(40),
    columns: fc.integer({ min: 20, max: 60 }),
  });
  fc.assert(
    fc.property(fc.array(draw, { maxLength: 30 }), (steps) => {
      const { terminal, screen } = stage(50, 60);
      const expected: string[] = [];
      let number = 0;
      for (const { printed, rows, cursor, columns } of steps) {
        if (columns !== terminal.columns) terminal.resize(columns);
        const fitting = (row: string) => shortened(row, columns - 1).trimEnd();
        const named = printed.map((row) => fitting(`${++number} ${row}`));
        const block = rows.map(fitting);
        const cursorRow = cursor % block.length;
        const before = [...(block[cursorRow] as string)].slice(0, cursor).join('');
        screen.draw(named, { rows: block, cursorRow, before });
        expected.push(...named);
        expect(terminal.text).toBe([...expected, ...block].join('\n').trimEnd());
        expect(terminal.beforeCursor).toBe(before);
      }
    }),
  );
});

test('a narrower terminal breaks the rows of the block, and all of them are drawn over', () => {
  const { terminal, screen } = stage(60, 10);
  const long = 'a row that is fifty characters long, or nearly so..';
  screen.draw(['printed'], block([long, `> ${long}`, 'status'], 1, `> ${long}`));
  terminal.resize(25);
  screen.draw([], block(['short', '> short', 'status'], 1, '> short'));
  expect(terminal.lines).toEqual(['printed', 'short', '> short', 'status']);
});

test('when it is over, the block is gone', () => {
  const { terminal, screen } = stage();
  screen.draw(['hello'], block(['live', '> ', 'status'], 1, '> '));
  screen.draw(['bye'], block(['']));
  expect(terminal.lines).toEqual(['hello', 'bye']);
  expect(terminal.beforeCursor).toBe('');
});
