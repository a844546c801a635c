// The peer: Socket.IO as its documentation sets it up for throughput, WebSocket only, nothing kept. Argument: port.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Server } from 'socket.io';

interface Message {
  room: string;
  id: string;
  text: string;
}
interface Entry {
  roomId: string;
  epoch: string;
  seq: number;
  at: number;
  by: string;
  kind: 'message';
  clientId: string;
  text: string;
  files: [];
  mentions: [];
}
interface FromClient {
  msg(message: Message, acknowledge: (reply: object) => void): void;
}
interface ToClient {
  msg(entry: Entry): void;
}

const http = createServer((_request, response) => response.end('ok'));
const io = new Server<FromClient, ToClient>(http, {
  transports: ['websocket'],
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
});
const epoch = randomUUID();
const heads = new Map<string, number>();

io.on('connection', (socket) => {
  const { room, user } = socket.handshake.query;
  if (typeof room !== 'string' || typeof user !== 'string') return void socket.disconnect();
  socket.join(room);
  socket.on('msg', ({ room: roomId, id: clientId, text }, acknowledge) => {
    const seq = (heads.get(roomId) ?? 0) + 1;
    heads.set(roomId, seq);
    const at = Date.now();
    // The fields of our own entry, so that both send as many bytes.
    io.to(roomId).emit('msg', {
      roomId,
      epoch,
      seq,
      at,
      by: user,
      kind: 'message',
      clientId,
      text,
      files: [],
      mentions: [],
    });
    acknowledge({ ok: true, roomId, epoch, seq, at, duplicate: false });
  });
});
http.listen(Number(process.argv[2]), '127.0.0.1');
