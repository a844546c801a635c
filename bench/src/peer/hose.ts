// A server that does nothing but write: it shows how many frames the load generator can take in. Each block of entries
// is built once and written to all sockets, then the next. Arguments: port, sockets to wait for, entries to a block.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';

const [port, sockets, perBlock] = process.argv.slice(2).map(Number);
const open = new Set<Duplex>();
let seq = 0;

createServer((_request, response) => response.end())
  .on('upgrade', (request, socket) => {
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    socket.on('data', () => {
      open.add(socket);
      if (open.size === sockets) pour();
    });
  })
  .listen(port, '127.0.0.1');

function pour(): void {
  if (open.size === 0) return;
  const block = Buffer.concat(Array.from({ length: perBlock ?? 1 }, nextEntry));
  let waiting = 0;
  for (const socket of open) {
    if (socket.write(block) || socket.writableLength < 256 * 1024) continue;
    waiting++;
    const go = () => {
      socket.off('drain', go).off('close', go);
      if (--waiting === 0) pour();
    };
    socket.on('drain', go).on('close', go);
  }
  if (waiting === 0) setImmediate(pour);
}

function nextEntry(): Buffer {
  const entry = JSON.stringify({
    type: 'entry',
    roomId: '0197f3a2-6c1e-7b60-8a4d-1f2e3d4c5b6a',
    epoch: '0197f3a2',
    seq: ++seq,
    at: Date.now(),
    by: '0197f3a2-6c1e-7b60-8a4d-000000000000',
    kind: 'message',
    clientId: `hose-${seq}`,
    text: 'the same hundred bytes of words each time, since this server is not asked to do more than to write',
  });
  const head = Buffer.from([0x81, 126, entry.length >> 8, entry.length & 0xff]);
  return Buffer.concat([head, Buffer.from(entry)]);
}
