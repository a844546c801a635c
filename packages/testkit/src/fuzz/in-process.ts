import type { ErrorReply, OkReply } from '@stackbox/protocol';
import { Chance } from '../chance.ts';
import type { TestClient } from '../client.ts';
import { type Stage, setStage } from '../stage.ts';
import { makeRoom } from '../town.ts';
import { hostileFrame, type Known } from './frames.ts';
import { FuzzFailure, replyFault, Streak } from './judge.ts';
import type { FuzzReport } from './report.ts';

/** A room is left behind after so many frames, so that what grows is what leaks. */
const framesPerRoom = 5_000;

interface Ground {
  readonly known: Known;
  readonly client: TestClient;
  readonly streak: Streak;
}

/** A room that is new, and a connection of one who is in it. */
async function settle(stage: Stage, before: Known | undefined): Promise<Known> {
  const { store, room, team, elsewhere, ana, sam, cleo } = stage;
  const [old] = before?.roomIds ?? [];
  if (old !== undefined) await store.rooms.end({ ...room, roomId: old }, ana.userId);
  const fresh = await makeRoom(stage, { kind: 'client', name: 'Fuzz', people: [ana, sam, cleo] });
  const epoch = (await store.log.read(fresh, { after: 0, limit: 1 }))?.epoch as string;
  const roomIds = [fresh.roomId, room.roomId, team.roomId, elsewhere.room.roomId, 'room_nowhere'];
  const tokens = [sam, cleo, elsewhere.max].map((who) => stage.tokenOf(stage.signIn(who)));
  return { roomIds, epoch, tokens };
}

/** Frames straight into a gateway: no network, the store in memory. */
export async function fuzzInProcess(frames: number, seed: number, report: FuzzReport): Promise<void> {
  const chance = new Chance(seed);
  const stage = await setStage();
  const connect = async (known: Known): Promise<Ground> => {
    const client = await stage.connect(stage.sam);
    if (chance.oneIn(2)) await client.must('joinRoom', { roomId: known.roomIds[0] });
    return { known, client, streak: new Streak() };
  };
  let ground = await connect(await settle(stage, undefined));
  for (let nth = 0; nth < frames; nth++) {
    if (nth > 0 && nth % framesPerRoom === 0) {
      stage.gateway.disconnect(ground.client.connection);
      ground = await connect(await settle(stage, ground.known));
    }
    // Once what was set up is warm.
    if (nth === Math.floor(frames / 10)) report.measureHeap('heapBefore');
    const { client, streak, known } = ground;
    client.forget();
    const sent = hostileFrame(chance, known);
    await client.send(sent);
    const fail = (what: string): never => {
      throw new FuzzFailure(what, { seed, nth, sent: sent.toString() });
    };
    if (stage.faults.length > 0) fail(`a fault: ${(stage.faults[0] as Error).stack}`);
    const replies = client.frames.filter((frame): frame is OkReply | ErrorReply => frame.type === 'reply');
    const [reply] = replies;
    if (reply === undefined || replies.length > 1) return fail(`${replies.length} replies`);
    const fault = replyFault(sent, reply, client.sizes[client.frames.indexOf(reply)] as number);
    if (fault !== undefined) fail(fault);
    report.count(reply.ok ? 'ok' : reply.error.code);
    const mustClose = streak.after(reply);
    if (mustClose !== (client.closed !== undefined))
      fail(mustClose ? 'not closed' : `closed: ${client.closed?.code}`);
    if (client.closed === undefined) continue;
    report.count(`closed with ${client.closed.code}`);
    if (client.closed.code !== 'bad_request') fail(`closed with ${client.closed.code}`);
    ground = await connect(known);
  }
  stage.gateway.disconnect(ground.client.connection);
  if (stage.gateway.hub.connections.size > 0) throw new Error('connections were left behind');
  report.measureHeap('heapAfter');
}
