import type { Spread } from './histogram.ts';
import type { Faults } from './live-room.ts';
import type { Usage } from './usage.ts';
import type { Room } from './wire.ts';

/** The server that a job loads. */
export interface Target {
  side: 'ours' | 'peer';
  port: number;
  pid: number;
  rooms: Room[];
}

export interface ClosedJob {
  kind: 'closed';
  target: Target;
  /** Messages of each room that are under way at any time. */
  inFlight: number;
  warmMs: number;
  measureMs: number;
  /** Whether the load has a CPU to itself and never sleeps (`Vigil`). */
  awake: boolean;
}

export interface OpenJob {
  kind: 'open';
  target: Target;
  /** Over all rooms together. */
  messagesPerSecond: number;
  warmMs: number;
  measureMs: number;
  awake: boolean;
}

/** Of one round, closed or open. */
export interface RoundResult {
  deliveriesPerSecond: number;
  messagesPerSecond: number;
  latency: Spread;
  faults: Faults;
  bytesPerDelivery: number;
  usage: Usage;
  /** Until the search index held what the round had sent; only where the server tells. */
  searchDrainMs?: number;
  searchLagAtEnd?: number;
}

/** How many frames this generator itself can take in, from a server that does nothing but write. */
export interface GeneratorJob {
  kind: 'generator';
  port: number;
  pid: number;
  sockets: number;
  measureMs: number;
}

export interface GeneratorResult {
  framesPerSecond: number;
  usage: Usage;
  faults: Faults;
}

export interface IdleJob {
  kind: 'idle';
  target: Target;
  connections: number;
  /** How long memory must have kept within 1 %. */
  settleMs: number;
}

export interface IdleResult {
  connections: number;
  rssBefore: number;
  rssAfter: number;
  pssBefore?: number;
  pssAfter?: number;
}

export interface StormJob {
  kind: 'storm';
  target: Target;
  /** Sent to each room while everybody is away. */
  missed: number;
}

export interface StormResult {
  clients: number;
  rooms: number;
  /** From the first client's first step until the last one holds all it missed. */
  ms: number;
  /** Clients that did not get exactly what they missed. */
  wrong: number;
  /** Connections that had to be tried again. */
  retries: number;
  logReads?: number;
  usage: Usage;
}

export interface HistoryJob {
  kind: 'history';
  port: number;
  token: string;
  roomId: string;
  requests: number;
}

export interface SearchJob {
  kind: 'search';
  port: number;
  token: string;
  /** Of a member who is in no room that holds messages. */
  outsiderToken: string;
  roomId: string;
  requests: number;
}

export interface SearchResult {
  common: Spread;
  rare: Spread;
  outsider: Spread;
  words: { common: string[]; rare: string[] };
}

export type Job = ClosedJob | OpenJob | GeneratorJob | IdleJob | StormJob | HistoryJob | SearchJob;

/** What each job gives back. */
export interface Results {
  closed: RoundResult;
  open: RoundResult;
  generator: GeneratorResult;
  idle: IdleResult;
  storm: StormResult;
  history: Spread;
  search: SearchResult;
}
