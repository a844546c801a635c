import { describe } from 'vitest';
import { outboxContract } from '../../test/outbox-contract.ts';
import { memoryOutbox } from './outbox.ts';

describe('memoryOutbox', () => {
  outboxContract(() => {
    // Its process is the memory: who reopens it has the same one.
    const outbox = memoryOutbox();
    return { outbox, reopen: () => outbox };
  });
});
