/**
 * Limits of the wire, version 1. They are API Gateway's (a frame of 32 KB, a message of 128 KB, 10 minutes idle, 2 hours
 * of life), so that an app that works on one machine works on AWS too. Sizes are bytes of UTF-8, times milliseconds.
 */
export const limits = {
  /** A larger request costs that request (`message_too_large`). */
  frameBytes: 32 * 1024,
  /** A larger message costs the connection (close code 1009). */
  messageBytes: 128 * 1024,
  idleMs: 10 * 60_000,
  lifetimeMs: 2 * 60 * 60_000,
  textBytes: 12 * 1024,
  clientIdChars: 64,
  requestIdChars: 64,
  emojiChars: 64,
  filesPerMessage: 20,
  fileNameChars: 255,
  nameChars: 120,
  topicChars: 500,
  /** Entries that `joinRoom` gives when the client has none. */
  freshEntries: 50,
  pageEntries: 500,
  /** Up to this many members, `joinRoom` answers with members and cursors. */
  listedMembers: 100,
  /** A room is made with at most this many: what fits in one DynamoDB transaction beside the room itself. */
  foundingMembers: 40,
  badFramesInARow: 20,
  ticketMs: 30_000,
  typingMs: 6_000,
} as const;
