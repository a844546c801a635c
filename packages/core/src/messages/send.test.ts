import { limits, type MessageEntry } from '@stackbox/protocol';
import { addPerson, change, leaving, memoryTown, outcome, readAll, type Town } from '@stackbox/testkit';
import { describe, expect, it } from 'vitest';
import { type NewMessage, sendMessage } from './send.ts';

let sent = 0;

/** Sends as somebody, and gives the entry. */
async function send(
  { store, room }: Town,
  by: Town['ana'],
  fields: Partial<NewMessage>,
): Promise<MessageEntry> {
  const clientId = `c${++sent}`;
  const { seq } = await sendMessage(store, by, { roomId: room.roomId, clientId, ...fields });
  return (await store.log.entry(room, seq)) as MessageEntry;
}

describe('sendMessage', () => {
  it('appends the message as its author’s', async () => {
    const town = await memoryTown();
    const files = [{ name: 'a.pdf' }];
    expect(await send(town, town.cleo, { text: 'hello', files })).toMatchObject({
      by: town.cleo.userId,
      text: 'hello',
      files,
    });
    expect(await send(town, town.cleo, { files })).toMatchObject({ text: '', files });
  });

  it('a message needs text or a file', async () => {
    const town = await memoryTown();
    for (const fields of [{}, { text: '' }, { text: ' \n\t' }, { text: '', files: [] }]) {
      expect(await outcome(send(town, town.sam, fields)), JSON.stringify(fields)).toBe('bad_request');
    }
  });

  it('[SEC2] only who is in the room now', async () => {
    const town = await memoryTown();
    const { store, room, ana, sam, otto, elsewhere } = town;
    expect(await outcome(send(town, otto, { text: 'hello' }))).toBe('not_found');
    expect(await outcome(send(town, elsewhere.mallory, { text: 'hello' }))).toBe('not_found');
    expect(await outcome(send(town, sam, { text: 'hello' }))).toBe('answered');
    await store.log.append(room, leaving(ana, sam));
    expect(await outcome(send(town, sam, { text: 'hello' }))).toBe('not_found');
  });

  it('[LOG10] a reply to a reply belongs to the root', async () => {
    const town = await memoryTown();
    const { seq: root } = await send(town, town.ana, { text: 'root' });
    const { seq: reply } = await send(town, town.sam, { text: 'reply', replyTo: root });
    const deep = await send(town, town.cleo, { text: 'reply to the reply', replyTo: reply });
    const deeper = await send(town, town.cleo, { text: 'and to that', replyTo: deep.seq });
    expect([deep.replyTo, deeper.replyTo]).toEqual([root, root]);
    await town.store.log.append(town.room, change(town.ana, { kind: 'delete', target: root }));
    expect((await send(town, town.sam, { text: 'still', replyTo: reply })).replyTo).toBe(root);
  });

  it('what is no message cannot be replied to', async () => {
    const town = await memoryTown();
    for (const replyTo of [1, 2, 6, 999]) {
      expect(await outcome(send(town, town.ana, { text: 'reply', replyTo })), `${replyTo}`).toBe('not_found');
    }
    expect(await readAll(town.store, town.room)).toHaveLength(5);
  });

  it('[SEC4] only those in the room can be named', async () => {
    const town = await memoryTown();
    const { ana, sam, otto, elsewhere } = town;
    const named = async (text: string) => (await send(town, ana, { text })).mentions;
    expect(await named(`<@${sam.userId}> and <@all>, <@${sam.userId}> again`)).toEqual([sam.userId, 'all']);
    expect(await named(`<@${otto.userId}> <@${elsewhere.mallory.userId}> <@usr_nobody>`)).toEqual([]);
    expect(await named(`<@${sam.userId}`)).toEqual([]);
    expect(await named(`@${sam.userId} <@> <@ALL> <@${sam.userId.toUpperCase()}>`)).toEqual([]);
    expect(await named(`<@<@${sam.userId}>>`)).toEqual([sam.userId]);
  });

  it('of many names the first fifty count', async () => {
    const town = await memoryTown();
    const { store, ana, room, workspaceId } = town;
    const ids: string[] = [];
    for (let i = 0; i < 60; i++) {
      const { userId } = await addPerson(town, `Person ${i}`, 'staff', workspaceId);
      await store.log.append(room, { kind: 'member', by: ana.userId, userId, joined: true });
      ids.push(userId);
    }
    const { mentions } = await send(town, ana, { text: ids.map((id) => `<@${id}>`).join('') });
    expect(mentions).toEqual(ids.slice(0, 50));
  });

  it('what would not fit a frame as an event is refused', async () => {
    const town = await memoryTown();
    const text = '"'.repeat(limits.textBytes);
    const files = (count: number) => Array.from({ length: count }, () => ({ name: '€'.repeat(255) }));
    expect(await outcome(send(town, town.ana, { text, files: files(9) }))).toBe('answered');
    expect(await outcome(send(town, town.ana, { text, files: files(10) }))).toBe('message_too_large');
    expect(await outcome(send(town, town.ana, { files: files(20) }))).toBe('answered');
  });
});
