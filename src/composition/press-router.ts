/**
 * Brings whatever somebody does with a card to the process that posted it, by its address alone: what that process
 * understands, an older one that holds the connection need not. Where it is not there, they are told.
 */

import type { Audit, Cards } from "../gateway/ports.ts";
import type { Hub } from "../hub/holder.ts";
import { isNoted } from "../machine/ledger.ts";
import type { Log } from "../system/log.ts";
import { installationOf, isOnMachine, nameHostOf, type Machine } from "../machine/identity.ts";
import type { Sweeper } from "./orphans.ts";
import type { PressOutcome, Presser } from "../gateway/domain/interaction.ts";
import type { Envelope } from "../slack/connection/connection.ts";
import { addressOf, parsePresser } from "../slack/connection/interaction.ts";

interface PressRouterOptions {
  readonly machine: Machine;
  /** Of the ledger. */
  readonly directory: string;
  readonly sweeper: Sweeper;
  readonly cards: Pick<Cards, "closeOrphan" | "tell">;
  readonly audit: Pick<Audit, "pressed">;
  readonly log: Log;
}

/** @returns what takes every envelope of the holder's connection; acks it in the same tick, and does not throw. */
export function createPressRouter({ machine, directory, sweeper, cards, audit, log }: PressRouterOptions) {
  return (hub: Hub) =>
    ({ envelopeID, payload, ack }: Envelope): void => {
      const owner = addressOf(payload);
      if (owner === undefined) {
        ack();
        log.debug({ envelopeID }, "this interaction is not a press on a card");
        return;
      }
      const passing = hub.pass(owner, envelopeID, JSON.stringify(payload));
      ack();
      passing
        .then(async (passed) =>
          passed === "absent" ? answerForOwner(owner, parsePresser(payload), hub) : undefined,
        )
        .catch((err: unknown) => log.error({ envelopeID, err }, "press could not be passed on"));
    };

  /** The owner is not there: it is on another machine, dead, or stopped. */
  async function answerForOwner(
    owner: string,
    presser: Presser | undefined,
    { isConnected }: Hub,
  ): Promise<void> {
    log.warn({ owner, userID: presser?.userID, ...presser?.card }, "the OpenCode of this press is not there");
    // Nobody can be told.
    if (presser === undefined) return;
    const { dead, closing } = sweeper.sweep(isConnected);
    const member = dead.find(({ memberID }) => memberID === owner);
    const isHere = isOnMachine(owner, machine);
    const hasNotes = isNoted(directory, owner);
    // One that nobody could look at may have been taken for dead, and have noted its cards anew.
    if (member === undefined || (!isHere && hasNotes))
      return refuse(presser, missing(owner, machine, hasNotes));

    const state = { kind: "gone", reason: "opencode-ended", at: new Date() } as const;
    // A process that died while it posted could not note where its card is.
    const isNotedCard = member.cards.some(({ ts }) => ts === presser.card.ts);
    // Side by side: whoever pressed does not wait for a card that Slack may take long to change.
    await Promise.all([
      refuse(presser, { kind: "closed", state }),
      isNotedCard ? closing : cards.closeOrphan(presser.card, {}, state),
    ]);
  }

  async function refuse({ userID, teamID, card }: Presser, outcome: PressOutcome): Promise<void> {
    void audit.pressed({ userID, teamID, card, requests: [], refusal: outcome.kind });
    return cards.tell({ userID, card }, outcome);
  }
}

/**
 * One that is not known to be dead: it may be slow, have another state directory, or be unable to write its notes. In a
 * container of the same name it was there before the container was started again, or is beside it.
 */
function missing(owner: string, machine: Machine, hasNotes: boolean): PressOutcome {
  if (isOnMachine(owner, machine)) return { kind: hasNotes ? "owner-stopped" : "owner-unknown" };
  const host = nameHostOf(owner);
  const isContainer = installationOf(machine.key) === undefined;
  if (isContainer && host === nameHostOf(machine.key)) return { kind: "owner-unknown" };
  return { kind: "other-machine", host };
}
