import { deleteMessage, editMessage, pin, react, sendMessage } from '@stackbox/core';
import type { Route } from './route.ts';

export const sendMessageRoute: Route<'sendMessage'> = async (deps, { connection, body }) => {
  const { epoch, seq, at, duplicate } = await sendMessage(deps, connection.actor, body);
  return { reply: { roomId: body.roomId, epoch, seq, at, duplicate } };
};

export const editMessageRoute: Route<'editMessage'> = async (deps, { connection, body }) => ({
  reply: await editMessage(deps, connection.actor, body),
});

export const deleteMessageRoute: Route<'deleteMessage'> = async (deps, { connection, body }) => ({
  reply: await deleteMessage(deps, connection.actor, body),
});

export const reactRoute: Route<'react'> = async (deps, { connection, body }) => ({
  reply: await react(deps, connection.actor, body),
});

export const pinRoute: Route<'pin'> = async (deps, { connection, body }) => ({
  reply: await pin(deps, connection.actor, body),
});
