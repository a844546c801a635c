export type { ExportLimits } from './files/files.ts';
export { slackExport } from './slack-export.ts';
