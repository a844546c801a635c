/** One sign-in of one user in one workspace. What a token proves. */
export interface Session {
  readonly sessionId: string;
  readonly workspaceId: string;
  readonly userId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Port: sessions that ended before they expired. */
export interface Sessions {
  revoke(session: Session): Promise<void>;
  isRevoked(sessionId: string): Promise<boolean>;
}
