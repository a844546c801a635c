import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import type { Room, Sent, StackBox } from '@stackbox/client';
import { textFault } from '@stackbox/protocol';
import { findRoom, NoSuchRoom } from './find-room.ts';
import { Names } from './names.ts';
import { roomsNamed } from './rooms-named.ts';
import { painter } from './text/paint.ts';
import { oneLine, sendable } from './text/safe.ts';
import type { Line } from './text/span.ts';
import { messageRows } from './view/message.ts';
import { notConnected, notSignedIn, type Place } from './view/trouble.ts';

export interface PlainNeeds extends Place {
  readonly client: StackBox;
  readonly input: NodeJS.ReadableStream;
  readonly output: { write(text: string): unknown };
  /** For what went wrong. */
  readonly errors: { write(text: string): unknown };
  readonly wanted: string | undefined;
  readonly now: () => number;
}

/** Messages that are on their way at a time; reading waits for the rest. */
const inFlight = 500;
/** A row is never wrapped: it is for programs, too. */
const width = Number.MAX_SAFE_INTEGER;

/**
 * A conversation through pipes: each line that comes in is a message, each message of the room goes out as a line. Ends
 * once the input has ended and the server has everything. Answers the exit code: 1 if a line could not be sent.
 */
export async function talkPlainly(needs: PlainNeeds): Promise<number> {
  const { client, errors } = needs;
  const stop = sayWhenNobodyAnswers(needs);
  try {
    await client.ready();
  } catch (error) {
    errors.write(`${notSignedIn(needs, (error as Error).message)}\n`);
    return 1;
  } finally {
    stop();
  }
  try {
    await roomsNamed(client);
    const room = client.room(findRoom(client.rooms.getSnapshot(), needs.wanted).id);
    await room.open();
    const hush = printNew(room, needs);
    const code = await sendLines(room, needs);
    hush();
    return code;
  } catch (error) {
    errors.write(`${oneLine((error as Error).message)}\n`);
    return error instanceof NoSuchRoom ? 2 : 1;
  }
}

/** Prints what comes from now on; answers how to end it, which prints the rest first. */
function printNew(room: Room, { client, output, now }: PlainNeeds): () => void {
  const names = new Names();
  names.isMe(client.me?.userId ?? '');
  let shown = room.state?.head ?? 0;
  const print = () => {
    names.learn(room.people);
    const { messages } = room.getSnapshot();
    const column = names.columnOf(room.people.map(({ userId }) => userId));
    const look = { width, names, column, coloured: false, now: now() };
    for (const message of messages.filter(({ seq }) => seq > shown)) {
      output.write(`${messageRows(message, look).map(asText).join('\n')}\n`);
    }
    shown = Math.max(shown, room.state?.head ?? 0);
  };
  const stop = room.subscribe(print);
  return () => {
    stop();
    print();
  };
}

async function sendLines(room: Room, needs: PlainNeeds): Promise<number> {
  let code = 0;
  let number = 0;
  const refuse = (line: number, why: string) => {
    code = 1;
    needs.errors.write(`Line ${line} was not sent: ${oneLine(why)}\n`);
  };
  const underWay = new Set<Promise<void>>();
  for await (const line of createInterface({ input: needs.input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const place = ++number;
    const text = sendable(stripVTControlCharacters(line)).trimEnd();
    if (text === '') continue;
    const fault = textFault(text);
    if (fault !== undefined) {
      refuse(place, fault);
      continue;
    }
    const work = stored(room.send(text), needs.client)
      .catch((error: Error) => refuse(place, error.message))
      .finally(() => underWay.delete(work));
    underWay.add(work);
    if (underWay.size >= inFlight) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  return code;
}

async function stored(sending: Promise<Sent>, client: StackBox): Promise<void> {
  const sent = await sending;
  try {
    await sent.stored();
  } catch (error) {
    // It was told: it must not lie in the outbox for ever.
    await client.discard(sent.clientId);
    throw error;
  }
}

function sayWhenNobodyAnswers(needs: PlainNeeds): () => void {
  const { client, errors } = needs;
  let said = false;
  return client.connection.subscribe(() => {
    const now = client.connection.getSnapshot();
    if (said || now.status !== 'waiting') return;
    said = true;
    errors.write(`${notConnected(needs, now.error)}\n`);
  });
}

const paint = painter(1);
const asText = (row: Line): string => paint(row).replaceAll('\u00a0', ' ');
