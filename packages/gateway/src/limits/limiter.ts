import type { Clock } from '@stackbox/core';
import { Refusal } from '@stackbox/protocol';
import { Buckets, type Rate } from './buckets.ts';

/** How much each may do. `actions` are per member and action. */
export interface Rates {
  readonly address: Rate;
  readonly workspace: Rate;
  readonly member: Rate;
  readonly actions: Readonly<Record<string, Rate>>;
}

/** Generous for people, tight for programs gone wrong. */
export const defaultRates: Rates = {
  address: { perSecond: 500, burst: 2_000 },
  workspace: { perSecond: 2_000, burst: 8_000 },
  member: { perSecond: 50, burst: 200 },
  actions: {
    sendMessage: { perSecond: 20, burst: 100 },
    sync: { perSecond: 5, burst: 50 },
    typing: { perSecond: 2, burst: 10 },
    authenticate: { perSecond: 0.5, burst: 5 },
    search: { perSecond: 5, burst: 20 },
    ticket: { perSecond: 2, burst: 30 },
    createRoom: { perSecond: 1, burst: 30 },
  },
};

interface Who {
  /** Left out where `admitAddress` has counted it. */
  readonly address?: string;
  readonly workspaceId: string;
  readonly userId: string;
}

/** Says no to who asks too much, per address, workspace, member and action, and when to come back. */
export class Limiter {
  readonly #clock: Clock;
  readonly #address: Buckets;
  readonly #workspace: Buckets;
  readonly #member: Buckets;
  readonly #actions: Map<string, Buckets>;

  constructor(rates: Rates, clock: Clock) {
    this.#clock = clock;
    this.#address = new Buckets(rates.address);
    this.#workspace = new Buckets(rates.workspace);
    this.#member = new Buckets(rates.member);
    this.#actions = new Map(
      Object.entries(rates.actions).map(([action, rate]) => [action, new Buckets(rate)]),
    );
  }

  /** Before anyone is known. @throws Refusal `rate_limited` */
  admitAddress(address: string): void {
    refuseIf(this.#address.take(address, this.#clock.now()), 'your address');
  }

  /** @throws Refusal `rate_limited` */
  admit({ address, workspaceId, userId }: Who, action: string): void {
    const now = this.#clock.now();
    const member = `${workspaceId} ${userId}`;
    // The narrowest first: what one member is refused doesn't count against their neighbours.
    refuseIf(this.#actions.get(action)?.take(member, now) ?? 0, `${action} by you`);
    refuseIf(this.#member.take(member, now), 'you');
    if (address !== undefined) refuseIf(this.#address.take(address, now), 'your address');
    refuseIf(this.#workspace.take(workspaceId, now), 'your workspace');
  }
}

/** For load rigs on loopback. */
export const noLimits: Pick<Limiter, 'admit' | 'admitAddress'> = { admit() {}, admitAddress() {} };

function refuseIf(waitMs: number, whose: string): void {
  if (waitMs === 0) return;
  throw new Refusal('rate_limited', `Too many requests for ${whose}. Try again in ${waitMs} ms.`, waitMs);
}
