import { cursorsContract } from './contracts/cursors.ts';
import { membersContract } from './contracts/members.ts';
import { messageLogContract } from './contracts/message-log.ts';
import { roomsContract } from './contracts/rooms.ts';
import { sessionsContract } from './contracts/sessions.ts';
import { memoryStore } from './memory/store.ts';
import type { Make } from './store.ts';

// The model that others are compared with owes what they owe.
const model: Make = () => ({ open: async (ambient) => memoryStore(ambient), lasting: false, dispose() {} });

messageLogContract('the model', model);
roomsContract('the model', model);
cursorsContract('the model', model);
membersContract('the model', model);
sessionsContract('the model', model);
