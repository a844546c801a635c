/** What the server is to be told next. */
export interface Mark {
  readonly action: 'markDelivered' | 'markRead';
  readonly seq: number;
}

/** How far the user has got in one room: as the server has it, and as it will have it. Forward only (DEL5). */
export class OwnCursor {
  #delivered = 0;
  #read = 0;
  #wantDelivered = 0;
  #wantRead = 0;

  /** Up to where the user has read. A mark that is still on its way counts: the badge clears at the click. */
  get read(): number {
    return Math.max(this.#read, this.#wantRead);
  }

  get delivered(): number {
    return Math.max(this.#delivered, this.#wantDelivered, this.read);
  }

  /** The server's word, in a reply or an event. Answers whether anything moved. */
  confirm({ delivered = 0, read = 0 }: { delivered?: number; read?: number }): boolean {
    const before = this.read;
    this.#read = Math.max(this.#read, read);
    this.#delivered = Math.max(this.#delivered, delivered, this.#read);
    return this.read !== before;
  }

  want({ delivered = 0, read = 0 }: { delivered?: number; read?: number }): void {
    this.#wantDelivered = Math.max(this.#wantDelivered, delivered);
    this.#wantRead = Math.max(this.#wantRead, read);
  }

  /** The mark that is due, if any. One that reads covers delivery. */
  get due(): Mark | undefined {
    if (this.#wantRead > this.#read) return { action: 'markRead', seq: this.#wantRead };
    if (this.#wantDelivered > this.#delivered) return { action: 'markDelivered', seq: this.#wantDelivered };
    return undefined;
  }

  /** The server will not take it. */
  giveUp(): void {
    this.#wantDelivered = 0;
    this.#wantRead = 0;
  }

  /** Another history: positions in the old one mean nothing (LOG6). */
  clear(): void {
    this.giveUp();
    this.#delivered = 0;
    this.#read = 0;
  }
}
