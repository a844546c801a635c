import type { OutboxItem } from '../src/outbox/outbox.ts';

export function item(order: number, text = `text ${order}`): OutboxItem {
  return {
    clientId: `c${order}`,
    roomId: 'room_1',
    order,
    at: 1_790_000_000_000 + order,
    deed: { action: 'sendMessage', text },
  };
}
