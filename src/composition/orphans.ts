/** Closes the cards of processes that died: nobody else would take their buttons away. */

import type { Cards, ShowOutcome } from "../gateway/ports.ts";
import { createSilenceWatch } from "../machine/beats.ts";
import { findDeadMembers, type DeadMember } from "../machine/dead-members.ts";
import type { LedgerCard } from "../machine/ledger.ts";
import type { Log } from "../system/log.ts";
import type { Machine } from "../machine/identity.ts";
import { pause } from "../system/pause.ts";

/** How often the holder looks for dead processes. */
const SWEEP_MS = 2_000;

interface SweeperOptions {
  /** Of the ledger. */
  readonly directory: string;
  readonly machine: Machine;
  readonly cards: Pick<Cards, "closeOrphan" | "withdraw">;
  readonly log: Log;
}

interface Sweep {
  /** Whether the hub has a connection of this member. */
  readonly isConnected: (memberID: string) => boolean;
  readonly signal: AbortSignal;
}

export interface Swept {
  /** Who was found dead, now or before. */
  readonly dead: readonly DeadMember[];
  /** Resolves when their cards are closed. Does not reject. */
  readonly closing: Promise<void>;
}

export interface Sweeper {
  /** Sweeps until the signal aborts. Does not reject. */
  run(sweep: Sweep): Promise<void>;
  /** Begins to close the cards of all who are dead now. */
  sweep(isConnected: Sweep["isConnected"]): Swept;
}

export function createSweeper({ directory, machine, cards, log }: SweeperOptions): Sweeper {
  /** Who presses a card in the moment in which it is closed is told the same as the card says. */
  const buried = new Map<string, DeadMember>();
  const silence = createSilenceWatch();

  /** Of an attempt that nobody knows Slack to have there is nothing to close. */
  async function close(card: LedgerCard): Promise<ShowOutcome> {
    const { channel, ts, kind, permission, directory: project, requests = 1, granted = false } = card;
    if (channel === undefined || ts === undefined) return "done";
    // Nothing that anybody could want to read later.
    if (kind === "reminder") return cards.withdraw({ channel, ts });
    const orphan = {
      kind,
      ...(permission !== undefined && { permission }),
      directory: project,
      requests,
      granted,
    };
    const state = { kind: "gone", reason: "opencode-ended", at: new Date() } as const;
    return cards.closeOrphan({ channel, ts }, orphan, state);
  }

  async function bury(member: DeadMember): Promise<void> {
    const { memberID } = member;
    // Side by side: one that Slack takes long to change keeps no other open.
    const outcomes = await Promise.all(member.cards.map(close));
    // The member is found again, by this process or another.
    if (outcomes.includes("interrupted")) return;
    const lost = outcomes.filter((outcome) => outcome === "lost").length;
    member.bury();
    buried.set(memberID, member);
    log.info({ memberID, cards: member.cards.length, lost }, "cards of a dead OpenCode closed");
  }

  function sweep(isConnected: Sweep["isConnected"]): Swept {
    const dead = findDeadMembers({ directory, machine, isConnected, silence, log });
    const closing = Promise.all(dead.map(bury)).then(() => undefined);
    return { dead: [...dead, ...buried.values()], closing };
  }

  return {
    sweep,
    async run(options) {
      while (!options.signal.aborted) {
        await sweep(options.isConnected).closing;
        await pause(SWEEP_MS, options.signal);
      }
    },
  };
}
