// Puts and removes for ever, and says what was answered. The test kills it.
import { fileOutbox } from '../src/node/file-outbox.ts';
import { item } from './outbox-item.ts';

const outbox = fileOutbox(process.argv[2] ?? '');
for (let i = 1; ; i++) {
  await outbox.put(item(i));
  process.stdout.write(`puts ${i}\n`);
  if (i <= 20) continue;
  await outbox.remove(`c${i - 20}`);
  process.stdout.write(`removes ${i - 20}\n`);
}
