import { type DestinationStream, type Logger, pino } from 'pino';

/** Names that may carry a secret, wherever they stand. */
const secret = [
  'token',
  'ticket',
  'authorization',
  'cookie',
  'password',
  'secret',
  'text',
  'sec-websocket-protocol',
];

/**
 * Structured logs on stderr. What could be a secret is struck out by name, three levels down, so that no call site has
 * to think of it (SEC6). At a terminal only what needs someone's attention is shown.
 */
export function makeLogger(
  level = process.env.STACKBOX_LOG ?? (process.stderr.isTTY ? 'warn' : 'info'),
  destination: DestinationStream = pino.destination({ fd: 2, sync: true }),
): Logger {
  const paths = secret.flatMap((name) => [1, 2, 3].map((depth) => `${'*.'.repeat(depth - 1)}["${name}"]`));
  return pino({ level, redact: { paths, censor: '[redacted]' } }, destination);
}
