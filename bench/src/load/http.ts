import { Agent, request } from 'node:http';

export interface Call {
  port: number;
  path: string;
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  token?: string;
  body?: unknown;
  /** `false` opens a TCP connection for this call alone. */
  agent?: Agent | false;
}

/** Kept connections for setting up, few, so that they don't weigh in what is measured. */
export const keptConnections = new Agent({ keepAlive: true, maxSockets: 16 });

/** An answer that is not 2xx. */
export class Refused extends Error {
  readonly status: number;

  constructor(what: string, status: number, body: string) {
    super(`${what}: ${status} ${body.slice(0, 200)}`);
    this.status = status;
  }
}

/** @returns the body of a 2xx answer; throws `Refused` on any other. */
export function call({
  port,
  path,
  method = 'GET',
  token,
  body,
  agent = keptConnections,
}: Call): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = body === undefined ? '' : JSON.stringify(body);
    const req = request({
      host: '127.0.0.1',
      port,
      path,
      method,
      agent,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(sent),
        }),
      },
      timeout: 60_000,
    });
    req.on('timeout', () => req.destroy(new Error(`${method} ${path}: no answer within 60 s`)));
    req.on('error', reject);
    req.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(parts).toString();
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 300) resolve(text);
        else reject(new Refused(`${method} ${path.split('?')[0]}`, status, text));
      });
    });
    req.end(sent);
  });
}
