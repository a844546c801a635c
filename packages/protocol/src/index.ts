export * from './entries.ts';
export * from './errors.ts';
export * from './frames.ts';
export { limits } from './limits.ts';
export { isEmoji, normalText, textFault, utf8Bytes } from './text.ts';
