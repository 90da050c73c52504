/** The turns of root sessions: from a session's first reject in Slack until it does nothing any more. */

/** So many rejected requests in one turn say that the session is on a wrong way. */
const MANY_REJECTS = 3;

interface Turn {
  rejects: number;
  readonly ended: AbortController;
}

export interface SessionTurns {
  /** An approver has rejected a request of this root session in Slack. */
  rejected(rootID: string): void;
  /** Whether the session's cards are to offer to stop it. */
  hasManyRejects(rootID: string): boolean;
  /** Aborts when the turn that goes on now has ended. */
  ended(rootID: string): AbortSignal;
  /** A session does nothing any more. */
  sessionIdle(sessionID: string): void;
}

export function createSessionTurns(): SessionTurns {
  const turns = new Map<string, Turn>();

  function turnOf(rootID: string): Turn {
    const turn = turns.get(rootID) ?? { rejects: 0, ended: new AbortController() };
    turns.set(rootID, turn);
    return turn;
  }

  return {
    rejected(rootID) {
      turnOf(rootID).rejects += 1;
    },
    hasManyRejects: (rootID) => (turns.get(rootID)?.rejects ?? 0) >= MANY_REJECTS,
    ended: (rootID) => turnOf(rootID).ended.signal,
    sessionIdle(sessionID) {
      turns.get(sessionID)?.ended.abort();
      turns.delete(sessionID);
    },
  };
}
