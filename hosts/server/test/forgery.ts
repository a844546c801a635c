import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import type { TestServer } from './server.ts';

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Of those below, the ones that the server could have signed: for somebody who is not there. */
export const misplaced = ['another workspace', 'a workspace that is none', 'nobody of the workspace'];

/** Tokens that look like Ana's and are none, by what is wrong with them. */
export async function forgedTokens(server: TestServer): Promise<Record<string, string>> {
  const good = await server.token('ana');
  const [header = '', payload = '', signature = ''] = good.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
  const jwk = JSON.parse(await readFile(server.folder.signingKey, 'utf8')) as JWK;
  const { d: _, ...publicJwk } = jwk;
  const key = await importJWK(jwk, 'ES256');
  const publicPem = createPublicKey({ key: publicJwk as JsonWebKey, format: 'jwk' }).export({
    type: 'spki',
    format: 'pem',
  });
  const stranger = await generateKeyPair('ES256', { extractable: true });
  const strangerJwk = await exportJWK(stranger.publicKey);

  /** Signed with the server's own key, so that only what is said can be wrong. */
  const signed = (
    changed: object,
    more: object = {},
    by: Parameters<SignJWT['sign']>[0] = key,
  ): Promise<string> =>
    new SignJWT({ ...claims, ...changed })
      .setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT', ...more })
      .sign(by);
  /** Signed with a secret that everybody knows: the public key. */
  const hmac = (secret: string | Buffer): string => {
    const body = `${encoded({ alg: 'HS256', kid, typ: 'JWT' })}.${payload}`;
    return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
  };
  const without = (name: string): Promise<string> => signed({ [name]: undefined });

  return {
    'another’s key': await signed({}, {}, stranger.privateKey),
    'another’s key, sent along': await signed({}, { jwk: strangerJwk }, stranger.privateKey),
    'another’s key, of another name': await signed({}, { kid: 'another' }, stranger.privateKey),
    'alg none': `${encoded({ alg: 'none', typ: 'JWT' })}.${payload}.`,
    'alg None, with the good signature': `${encoded({ alg: 'None', kid, typ: 'JWT' })}.${payload}.${signature}`,
    'HS256 with the public key as PEM': hmac(publicPem),
    'HS256 with the public key as JWK': hmac(JSON.stringify(publicJwk)),
    'HS256 with nothing': hmac(''),
    'another issuer': await signed({ iss: 'another' }),
    'no issuer': await without('iss'),
    'another audience': await signed({ aud: 'another' }),
    'no audience': await without('aud'),
    'no expiry': await without('exp'),
    'no subject': await without('sub'),
    'no workspace': await without('ws'),
    'no session': await without('sid'),
    'not good yet': await signed({ nbf: Math.floor(Date.now() / 1000) + 3_600 }),
    'another workspace': await signed({ ws: 'ws_other' }),
    'a workspace that is none': await signed({ ws: '' }),
    'a workspace that is no text': await signed({ ws: { toString: 'ws_demo' } }),
    'nobody of the workspace': await signed({ sub: 'usr_mallory' }),
    'a changed payload': `${header}.${encoded({ ...claims, sub: 'usr_adam' })}.${signature}`,
    'a changed header': `${encoded({ alg: 'ES256', kid, typ: 'JWT', x: 1 })}.${payload}.${signature}`,
    'a cut signature': good.slice(0, -10),
    'no signature': `${header}.${payload}.`,
    'an unknown critical header': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid, crit: ['exp2'], exp2: true } as never)
      .sign(key, { crit: { exp2: false } } as never)
      .catch(() => `${header}.${payload}.x`),
    'no token at all': 'x',
    'two dots': '..',
  };
}
