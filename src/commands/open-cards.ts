/** The cards that OpenCodes of this machine left open, closed; as far as their notes tell. */

import type { Config } from "../composition/config.ts";
import { createAppWarnings } from "../composition/app-warnings.ts";
import { createSweeper } from "../composition/orphans.ts";
import { ledgerDirectory } from "../composition/paths.ts";
import { createSlackSide } from "../composition/slack-side.ts";
import { findLivingMembers, type LivingMember } from "../machine/dead-members.ts";
import { createMemberID, identifyMachine } from "../machine/identity.ts";
import type { Log } from "../system/log.ts";
import { unlessLate } from "../system/pause.ts";
import { createSlices } from "../system/slices.ts";

/** Longer than Slack's limits hold back some dozens of cards. */
const CLOSE_LIMIT_MS = 60_000;

export interface ClosedCards {
  /** How many cards of processes that are gone were found. */
  readonly found: number;
  /** How many of them are dealt with: closed, or in a channel where none can be. */
  readonly closed: number;
  /** Who still runs and has cards open, which are its own. */
  readonly living: readonly LivingMember[];
}

interface CloseOptions {
  readonly config: Config;
  readonly say: (line: string) => void;
  readonly log: Log;
}

/** Does not reject. */
export async function closeOpenCards({ config, say, log }: CloseOptions): Promise<ClosedCards> {
  const machine = identifyMachine();
  const directory = ledgerDirectory(config);
  const end = new AbortController();
  const memberID = createMemberID(machine);
  const appWarnings = createAppWarnings(say, log);
  const { slack } = createSlackSide({
    config,
    memberID,
    advise: say,
    appWarnings,
    slices: createSlices(),
    signal: end.signal,
    log,
  });
  const sweeper = createSweeper({ directory, machine, cards: slack.cards, log });
  // What waits for Slack does not keep a process alive.
  const alive = setInterval(() => undefined, 1_000);
  try {
    const { dead, closing } = sweeper.sweep(() => false);
    await unlessLate(closing, CLOSE_LIMIT_MS);
    // Whose cards are closed is still told of; the others nobody finds before a while has passed.
    const closed = cardsOf(sweeper.sweep(() => false).dead);
    return { found: cardsOf(dead), closed, living: findLivingMembers({ directory, machine }) };
  } finally {
    end.abort();
    clearInterval(alive);
  }
}

function cardsOf(members: readonly { readonly cards: readonly unknown[] }[]): number {
  return members.reduce((sum, { cards }) => sum + cards.length, 0);
}
