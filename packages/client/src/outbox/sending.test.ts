import { Refusal } from '@stackbox/protocol';
import { expect, test } from 'vitest';
import { FakeDisk } from '../../test/fake-disk.ts';
import { settle } from '../../test/fake-time.ts';
import { Stage, texts } from '../../test/stage.ts';

const statuses = (client: Awaited<ReturnType<Stage['online']>>) =>
  client.room('room_1').queued.map(({ status, deed }) => [status, 'text' in deed ? deed.text : deed.action]);

test('a message is kept before it is sent', async () => {
  const stage = new Stage();
  const disk = new FakeDisk();
  const client = await stage.online({ outbox: disk.outbox() });
  disk.auto = false;
  const sending = client.room('room_1').send('hello');
  await settle();
  expect(stage.asked('sendMessage')).toEqual([]);
  expect(statuses(client)).toEqual([['queued', 'hello']]);
  disk.write();
  await sending;
  await settle();
  expect(texts(client)).toEqual(['hello']);
});

test('[LOG3] stored() resolves with its place once the server has it', async () => {
  const stage = new Stage();
  const client = await stage.online();
  const sent = await client.room('room_1').send('hello', { files: [{ name: 'a.pdf' }] });
  expect(await sent.stored()).toMatchObject({ epoch: 'epoch_1', seq: stage.room.head });
  expect(stage.room.log.at(-1)).toMatchObject({ clientId: sent.clientId, files: [{ name: 'a.pdf' }] });
});

test('queued, sending, and never seen twice: the message leaves the queue as it appears in the log', async () => {
  const stage = new Stage();
  const client = await stage.online();
  const room = client.room('room_1');
  stage.net.auto = false;
  await room.send('hello');
  await settle();
  expect(statuses(client)).toEqual([['sending', 'hello']]);
  const views: [number, number][] = [];
  room.subscribe(() => views.push([room.queued.length, texts(client).length]));
  // The reply comes before the push.
  stage.net.reorders = true;
  stage.net.steps.find(({ what }) => what.includes('sendMessage'))?.run();
  for (const kind of ['reply', 'entry']) {
    stage.net.steps.find(({ what }) => what.startsWith(`down {"type":"${kind}"`))?.run();
    await settle();
  }
  expect(texts(client)).toEqual(['hello']);
  expect(new Set(views.map(([queued, shown]) => queued + shown))).toEqual(new Set([1]));
});

test('[LOG4] a message whose reply was lost is sent again with the same clientId', async () => {
  const stage = new Stage();
  const client = await stage.online();
  stage.net.auto = false;
  const { clientId } = await client.room('room_1').send('hello');
  await settle();
  stage.net.steps[0]?.run();
  stage.net.cut();
  stage.net.auto = true;
  await stage.time.advance(1_000);
  expect(stage.asked('sendMessage').map((frame) => 'clientId' in frame && frame.clientId)).toEqual([
    clientId,
    clientId,
  ]);
  expect(texts(client)).toEqual(['hello']);
  expect(client.queued.getSnapshot()).toEqual([]);
});

test('[LOG4] a message seen in the log needs no reply', async () => {
  const stage = new Stage();
  const client = await stage.online();
  stage.net.auto = false;
  const sent = await client.room('room_1').send('hello');
  await settle();
  stage.net.steps[0]?.run();
  stage.net.wires[0]?.lose((frame) => frame.startsWith('{"type":"reply"'));
  stage.net.auto = true;
  stage.net.wake();
  expect(await sent.stored()).toMatchObject({ seq: stage.room.head });
  await stage.time.advance(60_000);
  expect(stage.asked('sendMessage')).toHaveLength(1);
});

test('offline, everything waits, in order, and goes out with the next link', async () => {
  const stage = new Stage();
  stage.net.up = false;
  const client = stage.connect();
  await settle();
  const room = client.room('room_1');
  await Promise.all(['one', 'two', 'three'].map((text) => room.send(text)));
  expect(statuses(client)).toEqual([
    ['queued', 'one'],
    ['queued', 'two'],
    ['queued', 'three'],
  ]);
  stage.net.up = true;
  await stage.time.advance(5_000);
  expect(texts(client)).toEqual(['one', 'two', 'three']);
});

test('edits, deletes, reactions and pins go the same way, in their order', async () => {
  const stage = new Stage();
  const client = await stage.online();
  const room = client.room('room_1');
  const [first, second] = await Promise.all([room.send('one'), room.send('two')]);
  const { seq } = await (first as NonNullable<typeof first>).stored();
  const other = await (second as NonNullable<typeof second>).stored();
  stage.net.cut();
  await Promise.all([
    room.edit(seq, 'edited'),
    room.react(seq, '🎉'),
    room.pin(seq),
    room.delete(other.seq),
    room.react(seq, '🎉', false),
  ]);
  expect(room.queued.map(({ deed }) => deed.action)).toEqual([
    'editMessage',
    'react',
    'pin',
    'deleteMessage',
    'react',
  ]);
  await stage.time.advance(1_000);
  expect(stage.room.log.slice(-5).map(({ kind }) => kind)).toEqual([
    'edit',
    'reaction',
    'pin',
    'delete',
    'reaction',
  ]);
  expect(room.state?.messages.get(seq)).toMatchObject({ text: 'edited', pinned: true, reactions: {} });
  expect(room.state?.messages.get(other.seq)).toMatchObject({ deleted: true });
  expect(room.queued).toEqual([]);
});

test('what one user left on a device is not sent by another', async () => {
  const stage = new Stage();
  const disk = new FakeDisk();
  const ana = await stage.online({ outbox: disk.outbox() });
  stage.net.up = false;
  stage.net.cut();
  await ana.room('room_1').send("Ana's");
  ana.close();
  stage.net.up = true;
  const ben = await stage.online({ as: 'ben', outbox: disk.outbox() });
  await ben.room('room_1').send("Ben's");
  await stage.time.advance(1_000);
  expect(texts(ben)).toEqual(["Ben's"]);
  expect(ben.queued.getSnapshot()).toEqual([]);
  ben.close();
  const again = await stage.online({ outbox: disk.outbox() });
  await settle();
  expect(texts(again)).toEqual(["Ben's", "Ana's"]);
});

test('what the outbox cannot keep is not sent, and says so', async () => {
  const stage = new Stage();
  const disk = new FakeDisk();
  const client = await stage.online({ outbox: disk.outbox() });
  disk.full = true;
  await expect(client.room('room_1').send('hello')).rejects.toMatchObject({ code: 'storage' });
  expect(client.queued.getSnapshot()).toEqual([]);
  disk.full = false;
  await client.room('room_1').send('again');
  await settle();
  expect(texts(client)).toEqual(['again']);
});

test('rooms do not wait for each other', async () => {
  const stage = new Stage();
  stage.server.room('room_2', 'ana');
  const client = await stage.online();
  stage.server.refuse = (frame) =>
    frame.action === 'sendMessage' && frame.roomId === 'room_1'
      ? new Refusal('unavailable', 'not now')
      : undefined;
  await client.room('room_1').send('stuck');
  await client.room('room_2').send('free');
  await settle();
  expect(texts(client, 'room_2')).toEqual(['free']);
});
