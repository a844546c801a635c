import { isEmoji } from '@stackbox/protocol';
import { type Line, span } from '../text/span.ts';
import { messageRows, quoteOf, spell } from '../view/message.ts';
import { rule } from '../view/times.ts';
import { type Command, type Desk, Misuse } from './desk.ts';
import { emojiFor } from './emoji.ts';
import { targetIn } from './target.ts';

/** Messages that `/more` prints. */
const moreAtOnce = 20;
/** Entries read at a time while an early one is looked for. */
const pageEntries = 500;

const reply: Command = {
  name: 'reply',
  takes: 'N TEXT',
  about: 'Reply to message N',
  run(desk, rest) {
    const [{ seq }, text] = targetIn(desk, rest, '/reply 12 That suits me.');
    if (text === '') return desk.write({ kind: 'reply', seq }, '');
    if (!desk.send(text, { kind: 'reply', seq })) desk.write({ kind: 'reply', seq }, text);
  },
};

const edit: Command = {
  name: 'edit',
  takes: 'N TEXT',
  about: 'Change your message N; ↑ on an empty line takes the last',
  run(desk, rest) {
    const [message, text] = targetIn(desk, rest, '/edit 12 The new text');
    if (message.by !== desk.names.me) {
      throw new Misuse(`#${message.seq} is not yours: only the one who wrote it can change it.`);
    }
    const draft = { kind: 'edit', seq: message.seq, was: spell(message.text, desk.look) } as const;
    if (text === '') return desk.write(draft, draft.was);
    if (!desk.send(text, draft)) desk.write(draft, text);
  },
};

const withdraw: Command = {
  name: 'delete',
  takes: 'N',
  about: 'Withdraw message N, for everybody',
  run(desk, rest) {
    const [{ seq }] = targetIn(desk, rest, '/delete 12');
    desk.deed(desk.room.delete(seq));
  },
};

const react: Command = {
  name: 'react',
  takes: 'N EMOJI',
  about: 'React to message N: /react 12 👍 or /react 12 :tada:; again takes it back',
  run(desk, rest) {
    const [message, name] = targetIn(desk, rest, '/react 12 👍');
    const emoji = emojiFor(name);
    if (!isEmoji(emoji)) {
      throw new Misuse(
        name === '' ? 'Say with what: /react 12 👍' : 'That is no emoji. Like this: /react 12 :thumbsup:',
      );
    }
    const mine = message.reactions[emoji]?.includes(desk.names.me) ?? false;
    desk.deed(desk.room.react(message.seq, emoji, !mine));
  },
};

const pin: Command = {
  name: 'pin',
  takes: 'N',
  about: 'Pin message N, or unpin it',
  run(desk, rest) {
    const [message] = targetIn(desk, rest, '/pin 12');
    desk.deed(desk.room.pin(message.seq, message.pinned !== true));
  },
};

const thread: Command = {
  name: 'thread',
  takes: 'N',
  about: 'Show message N with all replies to it',
  async run(desk, rest) {
    const [message] = targetIn(desk, rest, '/thread 12');
    const root = message.replyTo ?? message.seq;
    await readBackTo(desk, root);
    const { room, look } = desk;
    const { messages, threads } = room.state ?? { messages: new Map(), threads: new Map() };
    const seqs = [root, ...(threads.get(root) ?? [])];
    const shown = seqs.map((seq) => messages.get(seq)).filter((each) => each !== undefined);
    const rows = shown.flatMap((each): Line[] => {
      const { replyTo: _, ...alone } = each;
      return messageRows(alone, look);
    });
    desk.say([rule(`thread of ${quoteOf(root, messages.get(root), look)}`), ...rows, rule('back to now')]);
  },
};

const more: Command = {
  name: 'more',
  takes: '',
  about: 'Show earlier messages',
  async run(desk) {
    const { room, transcript } = desk;
    const held = () => room.getSnapshot().messages.filter(({ seq }) => seq < transcript.first).length;
    while (held() < moreAtOnce && room.getSnapshot().hasEarlier) await room.loadEarlier(pageEntries);
    const rows = transcript.earlier(moreAtOnce, desk.look);
    if (rows.length === 0) desk.hint('That was the first message of this room.');
    else desk.say(rows);
  },
};

const retry: Command = {
  name: 'retry',
  takes: '',
  about: 'Send again what was refused (✗)',
  run(desk) {
    const failed = desk.room.queued.filter(({ status }) => status === 'failed');
    if (failed.length === 0) throw new Misuse('Nothing was refused here.');
    for (const { clientId } of failed) void desk.client.retry(clientId).catch(() => {});
  },
};

const discard: Command = {
  name: 'discard',
  takes: '',
  about: 'Give up what was refused (✗)',
  async run(desk) {
    const failed = desk.room.queued.filter(({ status }) => status === 'failed');
    if (failed.length === 0) throw new Misuse('Nothing was refused here.');
    for (const { clientId } of failed) await desk.client.discard(clientId);
    desk.say([[span(failed.length === 1 ? 'Given up.' : `${failed.length} given up.`, 'dim')]]);
  },
};

export const aboutMessages: readonly Command[] = [
  reply,
  edit,
  withdraw,
  react,
  pin,
  thread,
  more,
  retry,
  discard,
];

async function readBackTo(desk: Desk, seq: number): Promise<void> {
  const { room } = desk;
  while ((room.state?.first ?? 1) > seq && (await room.loadEarlier(pageEntries)));
}
