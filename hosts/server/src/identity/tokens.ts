import { hash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock, Session } from '@stackbox/core';
import { Refusal } from '@stackbox/protocol';
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose';

const algorithm = 'ES256';
const issuer = 'stackbox';
const mostRemembered = 10_000;

/** Issues and verifies the tokens of this data folder: JWTs signed by its own key, the public half published as a JWKS. */
export interface Tokens {
  /** `ttlMs`: how long it is good for. */
  issue(who: { workspaceId: string; userId: string }, ttlMs: number): Promise<string>;
  /** @throws Refusal `unauthenticated`, or `token_expired` */
  verify(token: string): Promise<Session>;
  readonly jwks: JSONWebKeySet;
}

/** Opens the keys kept at `path`, made on first use and readable by the owner alone. */
export async function openTokens(path: string, clock: Clock): Promise<Tokens> {
  const privateJwk = await readFile(path, 'utf8').then(
    (text) => JSON.parse(text) as JWK,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return makeKey(path);
      throw error;
    },
  );
  const { d: _, ...publicJwk } = privateJwk;
  const jwks: JSONWebKeySet = { keys: [publicJwk] };
  const keySet = createLocalJWKSet(jwks);
  const key = await importJWK(privateJwk, algorithm);
  const kid = privateJwk.kid as string;
  /**
   * Tokens that were good, by digest: a client shows the same one again and again, and a signature costs more to check
   * than all else that a small request does. Expiry is looked at each time, and revoked sessions are not known here.
   */
  const remembered = new Map<string, Session>();
  return {
    jwks,
    issue({ workspaceId, userId }, ttlMs) {
      const now = Math.floor(clock.now() / 1000);
      return new SignJWT({ ws: workspaceId, sid: randomUUID() })
        .setProtectedHeader({ alg: algorithm, kid, typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(issuer)
        .setSubject(userId)
        .setIssuedAt(now)
        .setExpirationTime(now + Math.ceil(ttlMs / 1000))
        .sign(key);
    },
    async verify(token) {
      const digest = hash('sha256', token, 'base64');
      const known = remembered.get(digest);
      if (known !== undefined) {
        if (known.expiresAt > clock.now()) return known;
        remembered.delete(digest);
      }
      const session = await verifySigned(token);
      const [oldest] = remembered.size < mostRemembered ? [] : remembered.keys();
      if (oldest !== undefined) remembered.delete(oldest);
      remembered.set(digest, session);
      return session;
    },
  };

  async function verifySigned(token: string): Promise<Session> {
    try {
      const { payload } = await jwtVerify<{ ws: string; sid: string }>(token, keySet, {
        algorithms: [algorithm],
        issuer,
        audience: issuer,
        requiredClaims: ['sub', 'exp', 'ws', 'sid'],
        currentDate: new Date(clock.now()),
      });
      const { ws, sid, sub = '', exp = 0 } = payload;
      return { sessionId: String(sid), workspaceId: String(ws), userId: sub, expiresAt: exp * 1000 };
    } catch (error) {
      if (error instanceof errors.JWTExpired)
        throw new Refusal('token_expired', 'The token has expired. Get a new one.');
      throw new Refusal(
        'unauthenticated',
        'The token is not one of this server’s. Get one with `./stackbox token`.',
      );
    }
  }
}

async function makeKey(path: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const made: JWK = { ...jwk, alg: algorithm, use: 'sig', kid: await calculateJwkThumbprint(jwk) };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Written beside and renamed: a crash leaves a whole key or none.
  const part = `${path}.part`;
  const file = await open(part, 'w', 0o600);
  await file.writeFile(JSON.stringify(made));
  await file.sync();
  await file.close();
  await rename(part, path);
  return made;
}
