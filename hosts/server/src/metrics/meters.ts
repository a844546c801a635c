import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Gateway } from '@stackbox/gateway';
import type { CommitReport } from '@stackbox/sqlite';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { MetricsPage, RestStats } from '../http/deps.ts';

/** What the parts count for themselves: plain numbers, read when someone asks, so that work pays nothing for it. */
export interface Watched {
  readonly gateway: Pick<Gateway, 'hub' | 'stats'>;
  readonly sockets: { readonly stats: { readonly writes: number; readonly slowConsumers: number } };
  readonly rest: RestStats;
  /** Entries that the search index is behind the log. */
  readonly searchLag?: () => number;
}

/** The event loop is looked at this often; what is measured beyond it is delay. Milliseconds. */
const lookMs = 10;

/** One server's metrics, in Prometheus' text format. */
export class Meters {
  readonly #registry = new Registry();
  readonly #loop = monitorEventLoopDelay({ resolution: lookMs });
  readonly #commitOps: Histogram;
  readonly #commitSeconds: Histogram;
  #logReads = 0;

  constructor(version: string) {
    const registers = [this.#registry];
    this.#commitOps = new Histogram({
      name: 'stackbox_commit_batch_ops',
      help: 'Writes that shared one commit.',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
      registers,
    });
    this.#commitSeconds = new Histogram({
      name: 'stackbox_commit_seconds',
      help: 'Time of a commit on the writer, fsync included.',
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2],
      registers,
    });
    new Gauge({
      name: 'stackbox_build_info',
      help: 'Always 1; the labels tell what runs.',
      labelNames: ['version', 'node'],
      registers,
    }).set({ version, node: process.version }, 1);
    this.#loop.enable();
    this.#measureLoop();
  }

  /** Once for each commit, which may hold hundreds of writes: cheap enough to be done at once. */
  readonly commit = ({ ops, ms }: CommitReport): void => {
    this.#commitOps.observe(ops);
    this.#commitSeconds.observe(ms / 1000);
  };

  readonly logRead = (): void => {
    this.#logReads++;
  };

  watch({ gateway, sockets, rest, searchLag }: Watched): void {
    const { hub, stats } = gateway;
    this.#gauge('stackbox_connections', 'WebSocket connections open now.', () => hub.connections.size);
    this.#counts(
      'stackbox_requests_total',
      'Requests on WebSockets, by action and by what came of them: ok, or the error code.',
      stats.requests,
    );
    this.#counts(
      'stackbox_rest_requests_total',
      'Requests over REST, by operation and by what came of them: ok, or the error code.',
      rest.requests,
    );
    this.#counter(
      'stackbox_log_reads_total',
      'Reads of entries that went to the database.',
      () => this.#logReads,
    );
    this.#counter('stackbox_deliveries_total', 'Entries given to connections.', () => hub.stats.deliveries);
    this.#counter(
      'stackbox_passing_drops_total',
      'Typing, presence and cursor events left out for connections that lag.',
      () => hub.stats.passingDrops,
    );
    this.#counter(
      'stackbox_slow_consumers_total',
      'Connections closed because they read too slowly.',
      () => sockets.stats.slowConsumers,
    );
    this.#counter('stackbox_socket_writes_total', 'Writes to sockets.', () => sockets.stats.writes);
    const { resumes } = stats;
    new Counter({
      name: 'stackbox_resumes_total',
      help: 'Rooms joined: after a position (continued), with more to read first (more), with a position that no longer holds (reset), or with none (fresh).',
      labelNames: ['outcome'],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [outcome, count] of Object.entries(resumes)) this.inc({ outcome }, count);
      },
    });
    if (searchLag !== undefined) {
      this.#gauge(
        'stackbox_search_lag_entries',
        'Entries of the log that the search index has not taken in.',
        searchLag,
      );
    }
  }

  page(token: string | undefined): MetricsPage {
    return {
      contentType: Registry.PROMETHEUS_CONTENT_TYPE,
      text: async () => `${await this.#registry.metrics()}\n${await processRegistry().metrics()}`,
      token,
    };
  }

  stop(): void {
    this.#loop.disable();
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** A counter that is kept elsewhere. */
  #counter(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  /** Counters kept as `action outcome`. */
  #counts(name: string, help: string, counts: ReadonlyMap<string, number>): void {
    new Counter({
      name,
      help,
      labelNames: ['action', 'outcome'],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [key, count] of counts) {
          const [action = '', outcome = ''] = key.split(' ');
          this.inc({ action, outcome }, count);
        }
      },
    });
  }

  #measureLoop(): void {
    const loop = this.#loop;
    new Gauge({
      name: 'stackbox_event_loop_delay_seconds',
      help: 'How late the event loop was since the last scrape; quantile 1 is the worst.',
      labelNames: ['quantile'],
      registers: [this.#registry],
      collect() {
        const late = (ns: number) => Math.max(0, ns / 1e9 - lookMs / 1000);
        // Nothing was looked at since the last scrape: nothing was late.
        const seen = loop.count > 0;
        this.set({ quantile: '0.5' }, seen ? late(loop.percentile(50)) : 0);
        this.set({ quantile: '0.99' }, seen ? late(loop.percentile(99)) : 0);
        this.set({ quantile: '1' }, seen ? late(loop.max) : 0);
        loop.reset();
      },
    });
  }
}

let ofProcess: Registry | undefined;

/** CPU, memory, garbage collection: the process has them once, however many servers it runs, and nothing ends them. */
function processRegistry(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}
