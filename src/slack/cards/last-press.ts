/** What a card says of the last press that answered nothing: one line below all buttons, which it must not move. Pure. */

import type { KnownBlock } from "@slack/web-api";
import type { Refusal } from "../../gateway/domain/interaction.ts";
import type { LastPress, PressNote } from "../../gateway/domain/press-note.ts";
import { renderLine } from "./origin.ts";

const NOBODY = "refused, nobody may answer from Slack";
const UNCLEAR = "refused, Slack does not say whether by an approver. Press again";

/** Nobody is named: who it was knows it, and the others need not. */
const REFUSED: Readonly<Record<Refusal, string>> = {
  "none-configured": NOBODY,
  "channel-not-private": NOBODY,
  "channel-unknown": NOBODY,
  "not-listed": "refused, not an approver",
  "other-workspace": "refused, not of the app's workspace",
  "organisation-account": "refused, only the approver's organisation is known",
  "organisation-install": NOBODY,
  "team-unknown": UNCLEAR,
  "workspace-unknown": UNCLEAR,
  "group-unknown": UNCLEAR,
};

const STALE: Readonly<Record<Extract<PressNote, { kind: "stale" }>["because"], string>> = {
  late: "refused, it took more than a minute to arrive. Press again",
  changed: "refused, the card had changed. Read it again, then press",
  files: "refused, a file had changed. Read the card again, then press",
};

/** One line for a whole card. Plain text has no times by each reader's own clock, so this one is in UTC. */
export function renderLastPress(last: LastPress | undefined): KnownBlock[] {
  if (last === undefined) return [];
  const { note, at, place } = last;
  const where = place === undefined ? "" : `request ${place}, `;
  return [renderLine(`Last press: ${wordsOf(note)} (${where}${at.toISOString().slice(11, 16)} UTC)`)];
}

function wordsOf(note: PressNote): string {
  switch (note.kind) {
    case "not-approver":
      return REFUSED[note.reason];
    case "stale":
      return STALE[note.because];
    case "other-app":
      return "refused, it was for another Slack app. Answer in OpenCode";
    case "altered":
      return "refused, the card did not show what was posted. Read it again, then press";
    case "incomplete":
      return "refused, Slack left out a part of it. Press again, or answer in OpenCode";
    case "no-modal":
      return "Slack did not open the dialog in time. Press again, or answer in OpenCode";
    case "no-reason":
      return "the reason was empty. Press again";
    case "no-answer":
      return "nothing was chosen or written. Press again";
    case "not-recorded":
      return "refused, the gateway cannot write it to the audit record. Reject, or answer in OpenCode";
    case "unconfirmed":
      return "OpenCode did not confirm it. Press again, or answer in OpenCode";
  }
}
