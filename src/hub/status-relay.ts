/** What the holder does for an observer: asks every member what it is doing, and passes on what they answer, unread. */

import type { Connection } from "./connection.ts";
import type { Frame } from "./frames.ts";

export interface StatusRelay {
  /** The latest question of a connection is the one that is answered, so that each costs the same. */
  asked: (question: Extract<Frame, { type: "ask-status" }>, observer: Connection) => void;
  answered: (answer: Extract<Frame, { type: "status" }>, member: Connection) => void;
  left: (connection: Connection) => void;
}

/** @param owners the members, and the connection of each. */
export function createStatusRelay(owners: ReadonlyMap<string, Connection>): StatusRelay {
  const observers = new Map<Connection, string>();
  return {
    asked: ({ type, askID }, observer) => {
      observers.set(observer, askID);
      // Nobody can answer before this has been said of all, so the observer knows whom to wait for.
      for (const [memberID, member] of owners) {
        observer.send({ type: "status", askID, memberID });
        member.send({ type, askID });
      }
    },
    answered: (answer, member) => {
      if (owners.get(answer.memberID) !== member) return;
      for (const [observer, askID] of observers) if (askID === answer.askID) observer.send(answer);
    },
    left: (connection) => void observers.delete(connection),
  };
}
