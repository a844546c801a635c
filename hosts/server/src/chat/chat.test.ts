import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { connect } from '@stackbox/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ChildServer, main } from '../../test/child-server.ts';
import { FakeTerminal } from '../../test/terminal.ts';
import { tokenFor } from '../commands/token.ts';
import { Chat } from './chat.ts';
import { takeOutbox } from './outbox.ts';
import { userIdIn } from './sign-in.ts';
import { painter } from './text/paint.ts';

let server: ChildServer;
let chats: Talking[];
let piped: ChildProcess | undefined;
beforeEach(async () => {
  server = await ChildServer.start();
  chats = [];
});
afterEach(async () => {
  for (const chat of chats) await chat.leave();
  piped?.kill();
  await server[Symbol.asyncDispose]();
});

const until = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 20 });

/** Somebody at a terminal. */
class Talking {
  readonly terminal = new FakeTerminal(72, 24);
  readonly #ended: Promise<number>;
  readonly #release: () => void;
  readonly #client: ReturnType<typeof connect>;

  private constructor(client: ReturnType<typeof connect>, release: () => void) {
    this.#client = client;
    this.#release = release;
    const chat = new Chat({
      client,
      input: this.terminal.input,
      output: this.terminal,
      paint: painter(8),
      coloured: true,
      reflows: true,
      url: server.url,
      signInMend: '',
      wanted: 'Ben',
      now: Date.now,
    });
    this.#ended = chat.run();
  }

  static async as(name: string): Promise<Talking> {
    const token = () => tokenFor(server.data, `${name}@demo.example`);
    const { outbox, release } = await takeOutbox(join(server.data, 'chat'), userIdIn(await token()) ?? '');
    const client = connect({ url: server.url, token, outbox, random: () => 0.05 });
    const talking = new Talking(client, release);
    chats.push(talking);
    return talking;
  }

  static async inRoom(name: string): Promise<Talking> {
    const talking = await Talking.as(name);
    await talking.sees('Write something and press Enter');
    return talking;
  }

  type(keys: string): void {
    this.terminal.type(keys);
  }

  say(line: string): void {
    this.type(`${line}\r`);
  }

  sees(text: string): Promise<void> {
    return until(() => expect(this.terminal.text.replaceAll('\u00a0', ' ')).toContain(text));
  }

  /** Rows that have `text` in them. */
  rows(text: string): string[] {
    return this.terminal.lines
      .filter((line) => line.includes(text))
      .map((line) => line.replaceAll('\u00a0', ' '));
  }

  async leave(): Promise<number> {
    this.type('\x15\x03\x03');
    const code = await this.#ended;
    this.#client.close();
    this.#release();
    return code;
  }
}

test('two people talk: each message is on both screens once, in one order', async () => {
  const ana = await Talking.inRoom('ana');
  const ben = await Talking.inRoom('ben');
  ana.say('Hi Ben, here is the draft.');
  await ben.sees('Ana  Hi Ben, here is the draft. #');
  await ana.sees('✓✓');
  ben.type('Tha');
  await ana.sees('Ben is typing…');
  ana.say('Take your time 👩‍👩‍👧 日本語');
  await ben.sees('日本語 #');
  expect(ben.rows('› Tha')).toHaveLength(1);
  ben.say('nks!');
  await ana.sees('Ben  Thanks! #');
  const order = (who: Talking) => who.terminal.text.match(/(?<=^\d\d:\d\d .*)#\d+/gm);
  expect(order(ana)).toEqual(order(ben));
  expect(new Set(order(ana)).size).toBe(3);
  expect(order(ana)).toHaveLength(3);
});

test('[LOG5] killed in the middle of a sentence and started again, the server has lost nothing', async () => {
  const ana = await Talking.inRoom('ana');
  const ben = await Talking.inRoom('ben');
  ana.say('before the crash');
  await ben.sees('before the crash #');
  ana.type('written while ');
  await server.kill();
  await ana.sees('reconnecting');
  ana.say('it was down');
  ana.say('and one more');
  ben.say('Ben wrote, too');
  await ana.sees('2 messages wait');
  await ana.sees('and one more …');
  await ben.sees('one message waits');
  await server.start();
  const all = ['before the crash', 'written while it was down', 'and one more', 'Ben wrote, too'];
  for (const text of all) await Promise.all([ana.sees(`${text} #`), ben.sees(`${text} #`)]);
  await ana.sees('Ben is online');
  for (const who of [ana, ben]) {
    for (const text of all) expect(who.rows(text)).toHaveLength(1);
    expect(who.terminal.text).not.toContain('…\n');
  }
  const numbers = all.slice(0, 3).map((text) => Number(/#(\d+)/.exec(ana.rows(text)[0] ?? '')?.[1]));
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
});

test('what a terminal had not sent when it ended goes out with the next one', async () => {
  const ben = await Talking.inRoom('ben');
  const ana = await Talking.inRoom('ana');
  await server.kill();
  await ana.sees('reconnecting');
  ana.say('kept on disk');
  await ana.sees('one message waits');
  await ana.leave();
  expect(ana.terminal.text).toContain('One message waits: it is kept, and sent when you chat again.');
  const again = await Talking.as('ana');
  await again.sees('No StackBox answers at');
  await server.start();
  await ben.sees('Ana  kept on disk #');
  await again.sees('you  kept on disk #');
  expect(ben.rows('kept on disk')).toHaveLength(1);
});

test('commands do what they say', async () => {
  const ben = await Talking.inRoom('ben');
  const ana = await Talking.inRoom('ana');
  ana.say('Shall we meet at noon?');
  await ben.sees('Shall we meet at noon? #');
  const number = /#(\d+)/.exec(ben.rows('Shall we')[0] ?? '')?.[1];
  ben.say(`/reply ${number} Noon is fine, @ana`);
  await ana.sees(`╭ #${number} you: Shall we meet at noon?`);
  await ana.sees('Noon is fine, @you #');
  ben.say(`/react ${number} :tada:`);
  await ana.sees(`Ben 🎉 on #${number} you: Shall we meet at noon?`);
  ana.type('\x1b[A');
  await ana.sees(`changing #${number}`);
  ana.type('\x7f, at my place?\r');
  await ben.sees(`Ana changed #${number}: Shall we meet at noon, at my place?`);
  ben.say(`/edit ${number} not mine`);
  await ben.sees('is not yours: only the one who wrote it can change it');
  ben.say(`\x15/pin ${number}`);
  await ben.sees('you may not do this here');
  ben.say('/serach noon');
  await ben.sees('There is no command /serach. Did you mean /search?');
  ben.say('\x15/search place');
  await ben.sees('──── “place” ────');
  ben.say('/who');
  await ben.sees('owner, online, read everything');
  ben.say('//shrug');
  await ana.sees('Ben  /shrug #');
  ana.say(`/thread ${number}`);
  await ana.sees(`──── thread of #${number} you: Shall we meet at noon, at my place? ────`);
  ana.say(`/delete ${number}`);
  await ben.sees(`#${number} was withdrawn`);
  expect(ana.rows('There is no')).toEqual([]);
});

test('through a pipe each line is a message, and it ends once all are stored, though the server was killed', async () => {
  const ben = await Talking.inRoom('ben');
  const args = [
    main,
    'chat',
    '--as',
    'ana@demo.example',
    '--room',
    'Ben',
    '--data',
    server.data,
    '--url',
    server.url,
  ];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  piped = child;
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  child.stdin.write('line one\n');
  await ben.sees('line one #');
  await server.kill();
  child.stdin.end('\n\x1b[31mline two\x1b[0m\n/help is text\n');
  await ben.sees('reconnecting');
  await server.start();
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  const lines = ['line one', 'line two', '/help is text'];
  expect(said.split('\n').map((line) => /^\d\d:\d\d you {2}(.+) #\d+$/.exec(line)?.[1])).toEqual([
    ...lines,
    undefined,
  ]);
  for (const line of lines) {
    await ben.sees(`Ana  ${line} #`);
    expect(ben.rows(line)).toHaveLength(1);
  }
});
