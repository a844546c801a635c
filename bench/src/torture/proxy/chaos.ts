import type { Chance } from '../chance.ts';

/** How likely each misfortune is, per connection or per frame. */
export interface Chaos {
  readonly dropToClient: number;
  readonly dropToServer: number;
  readonly doubleToServer: number;
  /** A frame waits up to `delayMs`, and what follows it on the connection waits with it. */
  readonly delay: number;
  readonly delayMs: number;
  /** The connection ends at some byte of some direction, which may lie inside an HTTP head or a frame. */
  readonly cut: number;
  /** The connection goes dumb at some byte, both ways, and nobody is told. */
  readonly stall: number;
  /** For a while bytes come a few at a time. */
  readonly trickle: number;
}

export const rough: Chaos = {
  dropToClient: 0.01,
  dropToServer: 0.01,
  doubleToServer: 0.05,
  delay: 0.02,
  delayMs: 60,
  cut: 0.35,
  stall: 0.06,
  trickle: 0.08,
};

/** How a connection ends: `fin` both ways, `reset` both ways, or `stall`: silence, and a reset long after. */
export type Ending = 'fin' | 'reset' | 'stall';

/** What will befall one connection. Drawn when it opens, from its client's name and how many it had before. */
export interface Fate {
  readonly ending:
    | { readonly how: Ending; readonly towards: 'client' | 'server'; readonly afterBytes: number }
    | undefined;
  readonly stallMs: number;
  /** How many bytes of each direction trickle. */
  readonly trickleBytes: number;
}

export function drawFate(chaos: Chaos, chance: Chance): Fate {
  const drawn = chance.next();
  const how =
    drawn < chaos.stall
      ? 'stall'
      : drawn < chaos.stall + chaos.cut
        ? chance.pick(['fin', 'reset'] as const)
        : undefined;
  const towards = chance.pick(['client', 'server'] as const);
  // A server says more than its clients do.
  const afterBytes = chance.magnitude(1, towards === 'client' ? 400_000 : 60_000);
  return {
    ending: how && { how, towards, afterBytes },
    stallMs: chance.int(500, 5_000),
    trickleBytes: chance.hit(chaos.trickle) ? chance.int(100, 3_000) : 0,
  };
}
