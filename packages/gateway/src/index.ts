export type { Connection, Line } from './delivery/connection.ts';
export { textFrames } from './delivery/frame.ts';
export { Gateway, type GatewayOptions } from './gateway.ts';
export type { Rate } from './limits/buckets.ts';
export { defaultRates, Limiter, noLimits, type Rates } from './limits/limiter.ts';
export { memoryTickets, type Tickets } from './tickets.ts';
