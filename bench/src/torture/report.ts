import { type Charge, charges } from './judge/charges.ts';
import type { Outcome } from './scenarios/scenario.ts';

const shownPerCharge = 5;

/** A line that moves at a terminal, and one every few seconds elsewhere. */
export class Progress {
  readonly #begun = performance.now();
  #shownAt = Number.NEGATIVE_INFINITY;

  say(text: string): void {
    const now = performance.now();
    const terminal = process.stderr.isTTY;
    if (!terminal && now - this.#shownAt < 5_000) return;
    this.#shownAt = now;
    const line = `${String(Math.round((now - this.#begun) / 1000)).padStart(5)} s  ${text}`;
    process.stderr.write(terminal ? `\r\u001b[2K${line}` : `${line}\n`);
  }

  done(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
  }
}

/** The outcome of one scenario as a table for people. */
export function table({ name, figures, findings, skipped }: Outcome): string {
  if (skipped !== undefined) return `== ${name}: skipped: ${skipped}\n`;
  const found = Map.groupBy(findings, ({ charge }) => charge);
  const rows: [string, number | string][] = [
    ...Object.entries(figures),
    ...Object.keys(charges).map((charge): [string, number] => [
      charge,
      found.get(charge as Charge)?.length ?? 0,
    ]),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, value]) => {
    const figure = typeof value === 'number' ? value.toLocaleString('en') : value;
    return `  ${label.padEnd(width)}  ${figure.padStart(10)}`;
  });
  const details = [...found].flatMap(([charge, those]) => [
    `  ${charge}: ${charges[charge]}`,
    ...those.slice(0, shownPerCharge).map(({ what }) => `    ${what}`),
    ...(those.length > shownPerCharge ? [`    and ${those.length - shownPerCharge} more`] : []),
  ]);
  return [`== ${name}: ${findings.length === 0 ? 'all is well' : 'NOT WELL'}`, ...lines, ...details, ''].join(
    '\n',
  );
}
