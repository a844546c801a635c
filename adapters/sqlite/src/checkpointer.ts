import { Worker } from 'node:worker_threads';

/** Keeps the write-ahead log of the database at `path` short. `onCopied`: it may begin anew. */
export function startCheckpointer(path: string, onCopied: () => void): { close(): Promise<void> } {
  const worker = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), { workerData: { path } });
  worker.on('message', onCopied);
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
  });
  return {
    async close() {
      worker.postMessage({ close: true });
      await exited;
    },
  };
}
