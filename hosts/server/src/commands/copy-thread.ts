import { workerData } from 'node:worker_threads';
import { copyLog } from '@stackbox/sqlite';

const { from, to } = workerData as { from: string; to: string };
copyLog(from, to);
