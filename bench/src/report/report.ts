import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from './figures.ts';
import { shortName } from './machine.ts';
import { markdown } from './markdown.ts';
import { plot } from './plot.ts';

/** @returns the path of the three files without their endings */
export function writeReport(report: Report, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const name = `${report.date.slice(0, 10)}-${shortName(report.machine)}${report.quick ? '-quick' : ''}`;
  const path = join(folder, name);
  writeFileSync(`${path}.json`, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(`${path}.md`, markdown(report, `${name}.svg`));
  writeFileSync(`${path}.svg`, plot(report));
  return path;
}
