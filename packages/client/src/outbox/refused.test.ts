import { limits, Refusal } from '@stackbox/protocol';
import { expect, test } from 'vitest';
import { FakeDisk } from '../../test/fake-disk.ts';
import { settle } from '../../test/fake-time.ts';
import { Stage, texts } from '../../test/stage.ts';

const statuses = (client: Awaited<ReturnType<Stage['online']>>) =>
  client.room('room_1').queued.map(({ status, deed }) => [status, 'text' in deed ? deed.text : deed.action]);

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
