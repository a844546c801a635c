import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chanceFrom } from './chance.ts';
import { kills } from './scenarios/kills.ts';

// The short form of `./stackbox torture`: the real server, a few kills, few people.
const short = { kills: 3, minutes: undefined, writers: 4, readers: 4, rooms: 2, longestLife: 60, fuzz: 0 };

const seeds = [
  { name: 'a fixed seed', seed: 20_261_122 },
  { name: 'a seed of its own each time', seed: Math.floor(Math.random() * 2 ** 31) },
];

describe('the server, killed with -9 while people write through a proxy that drops, doubles and cuts', () => {
  it.concurrent.each(seeds)(
    '[LOG3] [LOG4] [LOG5] loses, doubles and reorders nothing, and copies equal a fresh read ($name: $seed)',
    async ({ seed }) => {
      const folder = await mkdtemp(join(tmpdir(), 'stackbox-torture-'));
      const { findings, figures } = await kills(
        { ...short, chance: chanceFrom(seed, 'kills'), folder },
        () => {},
      );
      expect(findings, `again: ./stackbox torture --seed ${seed}; what is left: ${folder}`).toEqual([]);
      expect(figures['kills -9']).toBe(short.kills);
      expect(figures['  acknowledged']).toBeGreaterThan(0);
      await rm(folder, { recursive: true });
    },
    300_000,
  );
});
