/** What can be wrong, in the words of the report. */
export const charges = {
  lost: 'acknowledged or kept in an outbox, and not in the log where it should be',
  doubled: 'in the log more than once',
  reordered: 'in the log in another order than its writer did it',
  gaps: 'seqs of a log that are missing, repeated or out of order (LOG1)',
  invented: 'in the log, and nobody did it',
  altered: 'in the log with other words than were sent',
  contradicted: 'answers about one deed, or one place, that contradict each other (LOG4, LOG6)',
  refused: 'refused without a reason',
  unanswered: 'never answered, however often it was asked',
  stale: 'copies that differ from a fresh read (LOG8, DEL2)',
  cursors: 'cursors that moved back, or counts of unread that are wrong (DEL5)',
  search: 'found where they should not be, or not where they should (LOG9)',
  faults: 'seen while it ran',
  damaged: 'what the database finds wrong with its file',
} as const;

export type Charge = keyof typeof charges;

export interface Finding {
  readonly charge: Charge;
  readonly what: string;
}
