import { describe } from 'vitest';
import type { Make } from '../store.ts';
import { authors } from './message-log/authors.ts';
import { changes } from './message-log/changes.ts';
import { membership } from './message-log/membership.ts';
import { places } from './message-log/places.ts';
import { reading } from './message-log/reading.ts';
import { resending } from './message-log/resending.ts';
import { telling } from './message-log/telling.ts';
import { stageFor } from './stage.ts';

/** What every `MessageLog` owes. */
export function messageLogContract(name: string, make: Make): void {
  describe(`the message log, ${name}`, () => {
    const stage = stageFor(make);
    const { lasting } = make();
    places(stage);
    resending(stage, lasting);
    telling(stage);
    authors(stage);
    changes(stage, lasting);
    reading(stage);
    membership(stage, lasting);
  });
}
