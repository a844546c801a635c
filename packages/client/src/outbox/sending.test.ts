import { limits, Refusal } from '@stackbox/protocol';
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

test('what is put off waits as long as it was told, and holds back what comes after it', async () => {
  const stage = new Stage();
  const client = await stage.online();
  let refuse = true;
  stage.server.refuse = ({ action }) =>
    refuse && action === 'sendMessage' ? new Refusal('rate_limited', 'slow down', 5_000) : undefined;
  const room = client.room('room_1');
  await Promise.all([room.send('one'), room.send('two')]);
  await stage.time.advance(4_000);
  expect(stage.asked('sendMessage')).toHaveLength(1);
  refuse = false;
  await stage.time.advance(2_000);
  expect(texts(client)).toEqual(['one', 'two']);
});

test('what is refused for good is kept as failed, with the reason, and the next ones go on', async () => {
  const stage = new Stage();
  const disk = new FakeDisk();
  const client = await stage.online({ outbox: disk.outbox() });
  const room = client.room('room_1');
  const [bad] = await Promise.all([room.send(''), room.send('good')]);
  await expect(bad?.stored()).rejects.toMatchObject({ code: 'bad_request', retry: 'never' });
  expect(room.queued).toMatchObject([
    { status: 'failed', clientId: bad?.clientId, error: { code: 'bad_request' } },
  ]);
  await settle();
  expect(texts(client)).toEqual(['good']);
  // After a restart it is still there, and is not sent by itself.
  client.close();
  const asked = stage.asked('sendMessage').length;
  const again = await stage.online({ outbox: disk.outbox() });
  expect(again.room('room_1').queued).toMatchObject([{ status: 'failed', error: { code: 'bad_request' } }]);
  expect(stage.asked('sendMessage')).toHaveLength(asked);
});

test('[LOG4] retry sends a failed message once more, as the same one', async () => {
  const stage = new Stage();
  const client = await stage.online();
  let refuse = true;
  stage.server.refuse = ({ action }) =>
    refuse && action === 'sendMessage' ? new Refusal('forbidden', 'no') : undefined;
  const { clientId } = await client.room('room_1').send('hello');
  await settle();
  expect(statuses(client)).toEqual([['failed', 'hello']]);
  refuse = false;
  const sent = await client.retry(clientId);
  expect(sent.clientId).toBe(clientId);
  await sent.stored();
  await settle();
  expect(texts(client)).toEqual(['hello']);
  await expect(client.retry(clientId)).rejects.toMatchObject({ code: 'not_found' });
});

test('[LOG4] a failed message with another text is another message', async () => {
  const stage = new Stage();
  const disk = new FakeDisk();
  const client = await stage.online({ outbox: disk.outbox() });
  const { clientId } = await client.room('room_1').send('');
  await settle();
  const sent = await client.rewrite(clientId, 'with words');
  await sent.stored();
  await settle();
  expect(sent.clientId).not.toBe(clientId);
  expect(texts(client)).toEqual(['with words']);
  expect(client.queued.getSnapshot()).toEqual([]);
  expect(disk.items.size).toBe(0);
});

test('what is discarded is not sent, now or after a restart', async () => {
  const stage = new Stage();
  const disk = new FakeDisk();
  const client = await stage.online({ outbox: disk.outbox() });
  stage.net.up = false;
  stage.net.cut();
  const sent = await client.room('room_1').send('never mind');
  await client.discard(sent.clientId);
  await expect(sent.stored()).rejects.toMatchObject({ code: 'discarded' });
  expect(disk.items.size).toBe(0);
  stage.net.up = true;
  await stage.time.advance(5_000);
  expect(texts(client)).toEqual([]);
});

test('a text too large for a frame fails here', async () => {
  const stage = new Stage();
  const client = await stage.online();
  await client.room('room_1').send('x'.repeat(limits.messageBytes * 2));
  await settle();
  expect(client.room('room_1').queued).toMatchObject([
    { status: 'failed', error: { code: 'message_too_large' } },
  ]);
  expect(client.state).toBe('online');
  expect(stage.asked('sendMessage')).toEqual([]);
});

test('one message that the server always stumbles over does not hold up the room for ever', async () => {
  const stage = new Stage();
  const client = await stage.online();
  stage.server.refuse = (frame) =>
    frame.action === 'sendMessage' && frame.text === 'poison' ? new Refusal('internal', 'oops') : undefined;
  await Promise.all([client.room('room_1').send('poison'), client.room('room_1').send('fine')]);
  await stage.time.advance(5 * 60_000);
  expect(texts(client)).toEqual(['fine']);
  expect(statuses(client)).toEqual([['failed', 'poison']]);
});

test('a session that ended says nothing about the message: it waits for the next one', async () => {
  const stage = new Stage();
  const disk = new FakeDisk();
  const client = await stage.online({ outbox: disk.outbox() });
  stage.server.refuse = ({ action }) =>
    action === 'sendMessage' ? new Refusal('unauthenticated', 'ended') : undefined;
  await client.room('room_1').send('hello');
  await settle();
  expect(client.state).toBe('signed_out');
  expect(statuses(client)).toEqual([['queued', 'hello']]);
  stage.server.refuse = () => undefined;
  const next = await stage.online({ outbox: disk.outbox() });
  await settle();
  expect(texts(next)).toEqual(['hello']);
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
