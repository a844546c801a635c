import { connect, memoryOutbox, type Outbox, type StackBox, type StackBoxError } from '../src/index.ts';
import { FakeNet } from './fake-net.ts';
import { FakeServer } from './fake-server.ts';
import { FakeTime, settle } from './fake-time.ts';

/** A server with Ana, Ben and a room of theirs, and a network that the test commands. */
export class Stage {
  readonly time = new FakeTime();
  readonly server = new FakeServer(() => this.time.now());
  readonly net = new FakeNet(this.server);
  readonly errors: StackBoxError[] = [];
  readonly ana = this.server.member('ana');
  readonly ben = this.server.member('ben', 'client');
  readonly room = this.server.room('room_1', 'ana', 'ben');
  /** What `random` answers. */
  chance = 0.5;

  connect(
    options: { as?: string; token?: string | (() => Promise<string>); outbox?: Outbox } = {},
  ): StackBox {
    const { as = 'ana', token = `token of ${as}`, outbox = memoryOutbox() } = options;
    return connect({
      url: 'https://stackbox.test',
      token,
      outbox,
      fetch: this.net.fetch,
      WebSocket: this.net.WebSocket,
      clock: this.time,
      timers: this.time,
      random: () => this.chance,
      onError: (error) => this.errors.push(error),
    });
  }

  /** A client that has synced. */
  async online(options: Parameters<Stage['connect']>[0] = {}): Promise<StackBox> {
    const client = this.connect(options);
    await settle();
    await client.ready();
    await settle();
    return client;
  }

  asked(action: string): object[] {
    return this.server.requests.filter((frame) => frame.action === action);
  }
}

export function texts(client: StackBox, roomId = 'room_1'): string[] {
  return client
    .room(roomId)
    .getSnapshot()
    .messages.map(({ text }) => text);
}
