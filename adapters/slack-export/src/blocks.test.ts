import { describe, expect, it } from 'vitest';
import { blockTexts } from './blocks.ts';
import { mrkdwn } from './mrkdwn.ts';

const names = { knows: () => true, channel: () => 'general' };
const read = (blocks: unknown) =>
  blockTexts(blocks)
    .pieces.map(({ text }) => mrkdwn(text, names))
    .join('\n');

const rich = (...elements: unknown[]) => [{ type: 'rich_text', elements }];
const section = (...elements: unknown[]) => ({ type: 'rich_text_section', elements });
const text = (words: string, style: object = {}) => ({ type: 'text', text: words, style });

describe('blocks', () => {
  it('give the words with their styles, marks round the words only', () => {
    const blocks = rich(section(text('a < b '), text(' bold ', { bold: true }), text('x=1', { code: true })));
    expect(read(blocks)).toBe('a < b  **bold** `x=1`');
  });

  it('give links, people, rooms, emoji, dates and calls to all', () => {
    const blocks = rich(
      section(
        { type: 'link', url: 'https://a.example', text: 'a' },
        text(' '),
        { type: 'user', user_id: 'U1' },
        { type: 'channel', channel_id: 'C1' },
        { type: 'emoji', name: '+1', skin_tone: 2 },
        { type: 'broadcast', range: 'here' },
        { type: 'date', timestamp: 1, fallback: 'May' },
      ),
    );
    expect(read(blocks)).toBe('[a](https://a.example) <@U1>#general👍🏻<@all>May');
  });

  it('give lists, quotes and code', () => {
    const blocks = rich(
      { type: 'rich_text_list', style: 'ordered', elements: [section(text('one')), section(text('two'))] },
      { type: 'rich_text_list', style: 'bullet', indent: 1, elements: [section(text('deeper'))] },
      { type: 'rich_text_quote', elements: [text('said\nso')] },
      { type: 'rich_text_preformatted', elements: [text('a*b*c')] },
    );
    expect(read(blocks)).toBe('1. one\n2. two\n  - deeper\n> said\n> so\n```\na*b*c\n```');
  });

  it('give what apps build, and count what only Slack could do', () => {
    const blocks = [
      { type: 'header', text: { type: 'plain_text', text: 'Title' } },
      { type: 'section', text: { text: 'body' }, fields: [{ text: 'f1' }], accessory: { type: 'button' } },
      {
        type: 'context',
        elements: [{ text: 'small' }, { type: 'image', image_url: 'https://i', alt_text: 'pic' }],
      },
      { type: 'image', image_url: 'https://i.example', alt_text: 'oven' },
      { type: 'actions', elements: [] },
      { type: 'divider' },
      { type: 'from the future', text: 'still text' },
    ];
    expect(read(blocks)).toBe(
      '**Title**\nbody\nf1\nsmall [pic](https://i)\n[oven](https://i.example)\nstill text',
    );
    expect(blockTexts(blocks).controls).toBe(2);
  });

  it.each([null, 'x', [null], [{ type: 'rich_text', elements: [{ elements: 'x' }, 1] }]])(
    'are not shaken by %j',
    (blocks) => expect(read(blocks)).toBe(''),
  );
});
