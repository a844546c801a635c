import type { Room, Sent, StackBox } from '@stackbox/client';
import { type Bottom, liveRows } from './bottom.ts';
import { Display, type DisplayNeeds } from './display.ts';
import { findRoom, NoSuchRoom, titleOf } from './find-room.ts';
import { completionOf } from './input/complete.ts';
import type { Draft } from './input/draft.ts';
import { Prompt } from './input/prompt.ts';
import { Names } from './names.ts';
import { OpenRoom } from './open-room.ts';
import { roomsNamed } from './rooms-named.ts';
import { Sending } from './sending.ts';
import { type Desk, Misuse } from './slash/desk.ts';
import { commands, runSlash } from './slash/slash.ts';
import { oneLine } from './text/safe.ts';
import { dim, type Line, span } from './text/span.ts';
import { wrap } from './text/wrap.ts';
import type { Transcript } from './transcript.ts';
import type { Look } from './view/look.ts';
import { statusLine } from './view/status.ts';
import { notConnected, notSignedIn, type Place } from './view/trouble.ts';

export interface ChatNeeds extends DisplayNeeds, Place {
  readonly client: StackBox;
  /** The room to open, by name or id. */
  readonly wanted: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A conversation in a terminal. */
export class Chat implements Desk {
  readonly client: StackBox;
  readonly names = new Names();
  readonly #needs: ChatNeeds;
  readonly #display: Display;
  readonly #prompt: Prompt;
  readonly #sending: Sending;
  readonly #ended = Promise.withResolvers<number>();
  #open: OpenRoom | undefined;
  /** Counts what was asked to be opened: only the last one is. */
  #entering = 0;
  #isOver = false;
  #wasOnline = false;
  /** For those who have not pressed a key yet. */
  #tip: string | undefined;
  #saidWhy = false;
  #tick: NodeJS.Timeout | undefined;

  constructor(needs: ChatNeeds) {
    this.#needs = needs;
    this.client = needs.client;
    this.#prompt = new Prompt({
      submit: (text, draft) => this.#submit(text, draft),
      typing: (text, draft) => this.#typing(text, draft),
      own: () => this.#open?.own() ?? [],
      complete: (before) => completionOf(before, this.#completions()),
      leave: () => this.leave(),
      suspend: () => this.#display.suspend(),
      wipe: () => this.#display.wipe(),
      changed: () => this.#display.draw(),
    });
    this.#display = new Display(needs, {
      key: (text, key) => this.#prompt.press(text, key),
      bottom: () => this.#bottom(),
    });
    this.#sending = new Sending({
      client: this.client,
      names: this.names,
      room: () => this.room,
      say: (rows) => this.say(rows),
      hint: (text) => this.hint(text),
      giveBack: (draft, typed) => this.#giveBack(draft, typed),
    });
  }

  /** Talks until the person leaves. Answers the exit code. */
  async run(): Promise<number> {
    this.#display.take();
    const { connection, queued, rooms } = this.client;
    const stop = [
      connection.subscribe(() => this.#connectionChanged()),
      queued.subscribe(() => this.#display.draw()),
      rooms.subscribe(() => this.#display.draw()),
    ];
    this.client.ready().then(
      () => this.#begin(),
      () => this.leave(1, this.#notSignedIn()),
    );
    const code = await this.#ended.promise;
    for (const each of stop) each();
    clearTimeout(this.#tick);
    return code;
  }

  get room(): Room {
    return this.#opened.room;
  }

  get transcript(): Transcript {
    return this.#opened.transcript;
  }

  get openId(): string | undefined {
    return this.#open?.room.id;
  }

  get look(): Look {
    return this.#open?.look ?? this.#lookAt([]);
  }

  say(rows: readonly Line[]): void {
    this.#display.print([...(this.#open?.transcript.flush(this.look) ?? []), ...rows]);
    this.#display.draw();
  }

  hint(text: string): void {
    if (!this.#isOver) this.#prompt.say(text);
  }

  write(draft: Draft, text: string): void {
    this.#prompt.write(draft, text);
  }

  send(typed: string, draft: Draft): boolean {
    return this.#sending.send(typed, draft);
  }

  deed(sending: Promise<Sent>): void {
    void this.#sending.deed(sending);
  }

  async enter(roomId: string): Promise<void> {
    const entering = ++this.#entering;
    const room = this.client.room(roomId);
    if (this.client.state !== 'online') this.hint('The room opens once the connection is back.');
    await room.open();
    if (entering !== this.#entering || this.#isOver) return;
    this.#open?.close();
    this.#open = new OpenRoom(room, {
      names: this.names,
      look: (speakers) => this.#lookAt(speakers),
      print: (rows) => this.#display.print(rows),
      changed: () => this.#display.draw(),
      gone: (title) => this.#gone(title),
    });
    this.#display.draw();
  }

  leave(code = 0, words: readonly Line[] = []): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#open?.close();
    const waiting = this.#waiting;
    const kept = waiting === 1 ? 'One message waits: it is kept' : `${waiting} messages wait: they are kept`;
    this.#display.print(words);
    if (waiting > 0) this.#display.print([[dim(`${kept}, and sent when you chat again.`)]]);
    this.#display.end();
    this.#ended.resolve(code);
  }

  #lookAt(speakers: Iterable<string>): Look {
    const { names } = this;
    const { width, coloured } = this.#display;
    return { width, names, column: names.columnOf(speakers), coloured, now: this.#needs.now() };
  }

  get #opened(): OpenRoom {
    if (this.#open !== undefined) return this.#open;
    throw new Misuse(
      this.client.me === undefined
        ? 'There is no connection yet: the line stays here until there is one.'
        : 'No room is open. /rooms lists yours, /join opens one.',
    );
  }

  async #begin(): Promise<void> {
    this.names.isMe(this.client.me?.userId ?? '');
    await roomsNamed(this.client);
    try {
      const rooms = this.client.rooms.getSnapshot();
      await this.enter(findRoom(rooms, this.#needs.wanted).id);
      const others = rooms.length > 1 ? `, /rooms your ${rooms.length} rooms` : '';
      this.#tip = `Write something and press Enter. /help lists the commands${others}.`;
    } catch (error) {
      const words: Line = [span(oneLine((error as Error).message), 'error')];
      this.leave(error instanceof NoSuchRoom ? 2 : 1, wrap(words, this.#display.width));
    }
  }

  /** Enter. Answers whether the line is taken. */
  #submit(text: string, draft: Draft): boolean {
    try {
      if (!isCommand(text)) return this.send(text.startsWith('//') ? text.slice(1) : text, draft);
      void runSlash(this, text).catch((error: Error) => {
        this.#giveBack(draft, text);
        const isMeant = error instanceof Misuse || error instanceof NoSuchRoom;
        this.hint(isMeant ? error.message : `That failed: ${oneLine(error.message)}`);
      });
      return true;
    } catch (error) {
      this.hint((error as Error).message);
      return false;
    }
  }

  #giveBack(draft: Draft, typed: string): void {
    if (!this.#isOver && this.#prompt.editor.text === '') this.#prompt.write(draft, typed);
  }

  #typing(text: string, draft: Draft): void {
    this.#tip = undefined;
    this.#open?.room.setTyping(text !== '' && !isCommand(text) && draft.kind !== 'edit');
  }

  #completions() {
    const people = this.#open?.room.people ?? [];
    return {
      commands: commands.map(({ name }) => name),
      people: people.map(({ userId }) => this.names.full(userId)),
      rooms: this.client.rooms.getSnapshot().map(titleOf),
    };
  }

  #connectionChanged(): void {
    const now = this.client.connection.getSnapshot();
    if (now.status === 'online') this.#wasOnline = true;
    if (now.status === 'waiting' && !this.#wasOnline && !this.#saidWhy) {
      this.#saidWhy = true;
      this.#display.print(wrap([span(notConnected(this.#needs, now.error), 'warn')], this.#display.width));
    }
    if (now.status === 'signed_out' && this.#wasOnline) this.say(this.#notSignedIn());
    this.#display.draw();
  }

  #notSignedIn(): Line[] {
    const connection = this.client.connection.getSnapshot();
    const why = connection.status === 'signed_out' ? connection.error.message : '';
    return wrap([span(notSignedIn(this.#needs, why), 'error')], this.#display.width);
  }

  #gone(title: string): void {
    this.#open = undefined;
    const words = [span(`      · You are no longer in ${title}.`, 'warn'), dim(' /rooms lists your others.')];
    this.say(wrap(words, this.#display.width));
  }

  get #waiting(): number {
    return this.client.queued.getSnapshot().filter(({ status }) => status !== 'failed').length;
  }

  #bottom(): Bottom {
    const { look } = this;
    const connection = this.client.connection.getSnapshot();
    const here = this.#open?.room.getSnapshot();
    const { draft, editor, hint } = this.#prompt;
    const rooms = this.client.rooms.getSnapshot();
    if (this.#open !== undefined) {
      this.#display.print(this.#open.transcript.shrink(liveRows(this.#display.rows), look));
    }
    this.#countDown(connection.status === 'waiting');
    const status = statusLine(
      {
        connection,
        wasOnline: this.#wasOnline,
        now: look.now,
        waiting: this.#waiting,
        draft,
        typing: here?.typing ?? [],
        people: here?.people,
        elsewhere: rooms
          .filter(({ id, unread }) => id !== here?.id && unread > 0)
          .map((room) => ({ name: titleOf(room), unread: room.unread })),
        readSince: this.#open?.transcript.readSince,
        hint,
        tip: this.#tip,
      },
      this.names,
    );
    return {
      live: this.#open?.transcript.live(look) ?? [],
      editor,
      draft,
      title: this.#open?.title,
      isOnline: connection.status === 'online',
      status,
    };
  }

  /** The seconds until the next try are shown. */
  #countDown(on: boolean): void {
    clearTimeout(this.#tick);
    if (on) this.#tick = setTimeout(() => this.#display.draw(), 500);
  }
}

const isCommand = (text: string): boolean => text.startsWith('/') && !text.startsWith('//');
