import { advanceCursor, sendTyping } from '@stackbox/core';
import type { Route } from './route.ts';

export const typingRoute: Route<'typing'> = async (deps, { connection, body }) => {
  const { actor } = connection;
  await sendTyping({ rooms: deps.rooms, audience: deps.hub }, actor, body);
  deps.typing.heard({ workspaceId: actor.workspaceId, roomId: body.roomId }, actor.userId, body.on);
  return { reply: { roomId: body.roomId } };
};

export const markDeliveredRoute: Route<'markDelivered'> = async (deps, { connection, body }) => ({
  reply: await advanceCursor({ ...deps, audience: deps.hub }, connection.actor, body.roomId, {
    delivered: body.seq,
  }),
});

export const markReadRoute: Route<'markRead'> = async (deps, { connection, body }) => ({
  reply: await advanceCursor({ ...deps, audience: deps.hub }, connection.actor, body.roomId, {
    read: body.seq,
  }),
});
