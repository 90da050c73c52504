/** Brings each press and each submission to the process that posted the card, or tells the clicker why nobody takes it. */

import type { Audit, Cards } from "../gateway/ports.ts";
import type { Hub } from "../hub/holder.ts";
import { isNoted } from "../machine/ledger.ts";
import type { Log } from "../system/log.ts";
import { isOnMachine, nameHostOf, type Machine } from "../machine/identity.ts";
import type { Sweeper } from "./orphans.ts";
import type { ClickOutcome, Interaction } from "../gateway/domain/permission.ts";
import type { Envelope } from "../slack/connection/connection.ts";
import { ownerOf, parseClick, parseSubmission } from "../slack/connection/interaction.ts";

interface ClicksOptions {
  readonly machine: Machine;
  /** Of the ledger. */
  readonly directory: string;
  readonly sweeper: Sweeper;
  readonly cards: Pick<Cards, "closeOrphan" | "tell">;
  readonly audit: Pick<Audit, "clicked">;
  readonly log: Log;
}

/** @returns what takes every envelope of the holder's connection; acks it in the same tick, and does not throw. */
export function createClickRouter({ machine, directory, sweeper, cards, audit, log }: ClicksOptions) {
  return (hub: Hub) =>
    ({ envelopeID, payload, ack }: Envelope): void => {
      const click = parseClick(payload) ?? parseSubmission(payload);
      if (click === undefined) {
        ack();
        log.debug({ envelopeID }, "interaction that is no click on a card");
        return;
      }
      const passing = hub.pass(ownerOf(click), envelopeID, JSON.stringify(payload));
      ack();
      passing
        .then(async (passed) => (passed === "absent" ? answerForOwner(click, hub) : undefined))
        .catch((err: unknown) => log.error({ envelopeID, err }, "click could not be passed on"));
    };

  /** The owner is not there: it is on another machine, dead, or stopped. */
  async function answerForOwner(click: Interaction, { isConnected }: Hub): Promise<void> {
    const owner = ownerOf(click);
    log.warn({ owner, userID: click.userID, ...click.card }, "click whose owner is not there");
    if (!isOnMachine(owner, machine))
      return refuse(click, { kind: "other-machine", host: nameHostOf(owner) });

    const { dead, closing } = sweeper.sweep(isConnected);
    const member = dead.find(({ memberID }) => memberID === owner);
    // It may be slow, have another state directory, or be unable to write its notes: only of whom the notes show to be
    // dead, the cards are closed.
    if (member === undefined)
      return refuse(click, { kind: isNoted(directory, owner) ? "owner-stopped" : "owner-unknown" });

    const state = { kind: "gone", reason: "opencode-ended", at: new Date() } as const;
    // A process that died while it posted could not note where its card is.
    const isNotedCard = member.cards.some(({ ts }) => ts === click.card.ts);
    // Side by side: the clicker does not wait for a card that Slack may take long to change.
    await Promise.all([
      refuse(click, { kind: "closed", state }),
      isNotedCard ? closing : cards.closeOrphan(click.card, {}, state),
    ]);
  }

  async function refuse(click: Interaction, outcome: ClickOutcome): Promise<void> {
    const { userID, teamID, card } = click;
    void audit.clicked({ userID, teamID, card, requestIDs: [], refusal: outcome.kind });
    return cards.tell(click, outcome);
  }
}
