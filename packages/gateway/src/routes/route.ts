import type {
  Clock,
  Cursors,
  Members,
  MessageLog,
  Rooms,
  SearchIndex,
  Session,
  Sessions,
} from '@stackbox/core';
import type { Action, Replies } from '@stackbox/protocol';
import type { ActionInput } from '@stackbox/protocol/schemas';
import type { Connection } from '../delivery/connection.ts';
import type { Hub } from '../delivery/hub.ts';
import type { Presence } from '../delivery/presence.ts';
import type { TypingTimeouts } from '../delivery/typing.ts';

/** What the routes need. */
export interface GatewayDeps {
  readonly log: MessageLog;
  readonly rooms: Rooms;
  readonly cursors: Cursors;
  readonly members: Members;
  readonly sessions: Sessions;
  readonly search: SearchIndex;
  readonly clock: Clock;
  /** @throws Refusal `unauthenticated` or `token_expired` */
  readonly verifyToken: (token: string) => Promise<Session>;
}

/** How rooms were joined: where the client left off, with more to read first, anew after a lost position, or for the first time. */
export type Resumes = Record<'continued' | 'more' | 'reset' | 'fresh', number>;

export interface RouteDeps extends GatewayDeps {
  readonly hub: Hub;
  readonly presence: Presence;
  readonly typing: TypingTimeouts;
  readonly resumes: Resumes;
}

/** What a route is given: an API Gateway event's three parts that matter, whatever the host. */
export interface Event<A extends Action> {
  readonly routeKey: A;
  readonly connection: Connection;
  readonly body: ActionInput<A>;
}

/** A reply whose fields are already JSON, `"name":value,…`: entries are written once for all who read them. */
export class JsonFields {
  readonly json: string;

  constructor(json: string) {
    this.json = json;
  }
}

export interface Outcome<A extends Action> {
  readonly reply: Replies[A] | JsonFields;
  /** Runs once the reply is on its way, in the same turn, or once there is nobody left to reply to. */
  readonly after?: () => void;
}

export type Route<A extends Action> = (deps: RouteDeps, event: Event<A>) => Promise<Outcome<A>>;
