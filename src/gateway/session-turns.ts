/** The turns of root sessions: from when somebody waits for a turn's end until the session does nothing any more. */

export interface SessionTurns {
  /** Aborts when the turn that goes on now has ended. */
  ended(rootID: string): AbortSignal;
  /** A session does nothing any more. */
  sessionEnded(sessionID: string): void;
}

export function createSessionTurns(): SessionTurns {
  const turns = new Map<string, AbortController>();

  return {
    ended(rootID) {
      const turn = turns.get(rootID) ?? new AbortController();
      turns.set(rootID, turn);
      return turn.signal;
    },
    sessionEnded(sessionID) {
      turns.get(sessionID)?.abort();
      turns.delete(sessionID);
    },
  };
}
