import { parseArgs } from 'node:util';
import { type Clock, randomIds, systemClock } from '@stackbox/core';
import { demoPeople, makePlannedDemo, planDemo } from '../data/demo.ts';
import { takeFolder, Unusable } from '../data/folder.ts';
import { makeLogger } from '../logger.ts';
import { startServer } from '../server.ts';
import { portOf } from './options.ts';

export async function start(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '3001' },
      data: { type: 'string', default: './data' },
      host: { type: 'string', default: '127.0.0.1' },
      origin: { type: 'string', multiple: true, default: [] },
    },
  });
  const unlimited = process.env.STACKBOX_LIMITS === 'off';
  if (unlimited && !isLoopback(values.host)) {
    throw new Unusable(
      `STACKBOX_LIMITS=off is for load rigs on loopback; ${values.host} can be reached by others. Unset it, or use --host 127.0.0.1.`,
    );
  }
  const port = portOf(values.port);
  const folder = takeFolder(values.data);
  planDemo(folder);
  const logger = makeLogger();
  const server = await startServer({
    folder,
    port,
    host: values.host,
    origins: values.origin,
    unlimited,
    metricsToken: process.env.STACKBOX_METRICS_TOKEN,
    clock: clockOf(process.env.STACKBOX_CLOCK_SKEW_MS),
    logger,
  }).catch((error) => {
    if (error.code === 'EADDRINUSE') throw new Unusable(`Port ${port} is taken. Give another with --port.`);
    if (error.code === 'EACCES')
      throw new Unusable(`Port ${port} needs privileges. Give one above 1023 with --port.`);
    throw error;
  });
  await makePlannedDemo(folder, server.store, randomIds);
  logger.info({ url: server.url, data: folder.path }, 'ready');
  process.stdout.write(welcome(server.url, values.data));
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    await server.stop();
    folder.release();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** `STACKBOX_CLOCK_SKEW_MS`, for tests alone: a clock that is that many milliseconds off. No clock decides order (LOG2). */
function clockOf(skewMs: string | undefined): Clock {
  if (skewMs === undefined) return systemClock;
  const skew = Number(skewMs);
  if (!Number.isSafeInteger(skew))
    throw new Unusable(`STACKBOX_CLOCK_SKEW_MS=${skewMs} is no whole number of milliseconds. Unset it.`);
  return { now: () => systemClock.now() + skew };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function welcome(url: string, data: string): string {
  // The lines can be pasted as they are: what differs from the defaults is said.
  const from = data === './data' ? '' : ` --data ${data}`;
  const at = `${url === 'http://127.0.0.1:3001' ? '' : ` --url ${url}`}${from}`;
  const [first, second] = demoPeople;
  return `
  StackBox is ready at ${url}    (Ctrl-C stops it; what was acknowledged stays in ${data})

  Two terminals, two people talking:
    ./stackbox chat --as ${first.email}${at}
    ./stackbox chat --as ${second.email}${at}

  With wscat:
    npx wscat -c "$(./stackbox token --as ${first.email} --connect${at})"
    then type   {"action":"sync","id":"1","rooms":{}}

  In the browser's console, on ${url}:
    ./stackbox token --as ${first.email} --console${at}     prints what to paste

`;
}
