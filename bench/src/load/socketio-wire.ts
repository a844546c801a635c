import { RawClient } from './raw-client.ts';
import { answer, digitsAt, Kind, type Wire } from './wire.ts';

/** Engine.IO 4 and Socket.IO 5 packets: `2` ping, `3` pong, `40` connected, `42[…]` event, `43<id>[…]` acknowledgement. */
export const socketioWire: Wire = {
  async join(address, roomId, { userId }) {
    const query = new URLSearchParams({ EIO: '4', transport: 'websocket', room: roomId, user: userId });
    const client = await RawClient.connect(address, `/socket.io/?${query}`);
    // The server answers from the turn in which it put the socket into its room.
    const connected = answer(client, 'connect packet', (text) => {
      if (text.startsWith('44')) throw new Error(`the peer refused: ${text}`);
      return text.startsWith('40') || undefined;
    });
    client.send('40');
    await connected;
    return { client };
  },

  kind(bytes, from) {
    if (bytes[from] === 0x32) return Kind.ping;
    if (bytes[from] !== 0x34) return Kind.other;
    switch (bytes[from + 1]) {
      case 0x32:
        return Kind.entry;
      case 0x33:
        return Kind.reply;
      default:
        return Kind.other;
    }
  },

  message: (number, roomId, clientId, text) =>
    `42${number}["msg",{"room":"${roomId}","id":"${clientId}","text":"${text}"}]`,

  accepted: (bytes, from) => digitsAt(bytes, from + 2),

  pong: '3',
};
