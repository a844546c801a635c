import { request } from 'node:http';
import type { ErrorCode } from '@stackbox/protocol';

/** A request that got no usable answer: it may have been carried out all the same. */
export class NoAnswer extends Error {}

export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

const timeoutMs = 4_000;

/**
 * One HTTP request over a connection of its own.
 * @throws NoAnswer if the connection broke, the answer was cut off, or none came in time
 */
export function http(
  port: number,
  token: string,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (why: unknown) => {
      outgoing.destroy();
      reject(new NoAnswer(`${method} ${path}: ${why}`));
    };
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = request({
      host: '127.0.0.1',
      port,
      method,
      path: `/api/v1/${path}`,
      agent: false,
      headers: {
        authorization: `Bearer ${token}`,
        ...(sent === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }),
        ...headers,
      },
    });
    const timer = setTimeout(() => fail('no answer in time'), timeoutMs);
    outgoing.on('error', fail);
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', fail);
      response.on('end', () => {
        if (!response.complete) return fail('the answer was cut off');
        try {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(parts).toString()) });
        } catch {
          fail('the answer is not JSON');
        }
      });
    });
    outgoing.end(sent);
  });
}

/** Asks again while there is no answer: on a busy machine one may come too late. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof NoAnswer) || tries === 5) throw error;
    }
  }
}

/** The code of a problem document. */
export function codeOf({ status, body }: HttpAnswer): ErrorCode | undefined {
  if (status < 400) return undefined;
  return (body as { code?: ErrorCode } | null)?.code ?? 'internal';
}
