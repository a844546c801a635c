/** The part of the platform's `WebSocket` that is used: a browser's, or Node's since 22. */
export interface Socket {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(
    type: 'open' | 'message' | 'close' | 'error',
    listener: (event: SocketEvent) => void,
  ): void;
}

export interface SocketEvent {
  /** Of `message`. */
  readonly data?: unknown;
  /** Of `close`. */
  readonly code?: number;
  readonly reason?: string;
}

export type SocketConstructor = new (url: string, protocols: string[]) => Socket;
