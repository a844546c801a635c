export { mbox } from './mbox.ts';
