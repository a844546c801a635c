export type { Audience } from './audience/audience.ts';
export { advanceCursor } from './cursors/advance.ts';
export type * from './imports/source.ts';
export { cleanText, fileName, oneLine } from './imports/text.ts';
export type { Actor } from './kernel/actor.ts';
export { type Clock, type Ids, randomIds, systemClock } from './kernel/ambient.ts';
export { assertNever } from './kernel/assert-never.ts';
export { apply, emptyRoom, GapInLog, type MessageState, type RoomState } from './log/apply.ts';
export type { Appended, Committed, Draft, MessageLog, Page, Range, Revision, RoomRef } from './log/log.ts';
export { changeRole, listMembers, removeFromWorkspace } from './members/change.ts';
export type { Member, Members } from './members/members.ts';
export { deleteMessage, editMessage, pin, react, readRevisions } from './messages/change.ts';
export { type NewMessage, sendMessage } from './messages/send.ts';
export {
  type Act,
  admits,
  type Decision,
  decide,
  demand,
  noSuchRoom,
  type Subject,
} from './policy/policy.ts';
export {
  addMember,
  changeRoom,
  createRoom,
  deleteRoom,
  type RoomDraft,
  removeMember,
} from './rooms/change.ts';
export { enter } from './rooms/enter.ts';
export {
  listPeople,
  listRooms,
  pageRange,
  type RoomDetails,
  readEntries,
  readRoom,
  roomCompany,
} from './rooms/read.ts';
export type { Cursors, NewRoom, Room, RoomSummary, Rooms, Standing } from './rooms/rooms.ts';
export { searchMessages } from './search/action.ts';
export { parseQuery } from './search/parse.ts';
export type { SearchHit, SearchIndex, SearchPage, SearchQuery, SearchTerm } from './search/search.ts';
export { actorOf, signOut } from './sessions/authenticate.ts';
export type { Session, Sessions } from './sessions/sessions.ts';
export { sendTyping } from './typing/type.ts';
