/** What whoever pressed is told by an ephemeral message: a few fixed, true sentences, in mrkdwn. */

import type { Answer, AnyReply } from "../../gateway/domain/ask.ts";
import type { PressOutcome } from "../../gateway/domain/interaction.ts";
import { inMinutes } from "../../gateway/domain/minutes.ts";
import type { ClosedState, GoneState, Replier } from "../../gateway/domain/state.ts";
import { escapeMrkdwn } from "../cards/text.ts";
import { makeVisible } from "../../sanitize/visible.ts";

const REPLIED: Readonly<Record<AnyReply, string>> = {
  once: "allowed once",
  always: "allowed always",
  answer: "answered",
  reject: "rejected",
};

function replied({ kind, reply }: Answer): string {
  return kind === "question" && reply === "reject" ? "dismissed" : REPLIED[reply];
}

const STALE: Readonly<Record<Extract<PressOutcome, { kind: "stale" }>["because"], string>> = {
  late: "your press took more than a minute to arrive. If you still want it, press again.",
  changed: "the card has changed since you pressed. Read it again, then press.",
  files: "a file is no longer as the card showed it. The card is being updated: read it again, then press.",
};

/** Approvers who are named to somebody who is none. */
const NAMED_APPROVERS = 3;

/**
 * Puts what came of a press into words.
 *
 * @param approverIDs of people who can be asked instead.
 */
export function renderEphemeral(outcome: PressOutcome, approverIDs: readonly string[]): string {
  switch (outcome.kind) {
    case "not-approver":
      return `Your press did not count. ${renderRefusal(outcome.reason, outcome.userID, approverIDs)}`;
    case "unknown-button":
      return "Your press did not count: no OpenCode on this machine still asks this. It was answered before, or OpenCode has quit.";
    case "not-understood":
      return "Your press did not count: the gateway of this OpenCode does not understand this press. A newer version of the gateway may have posted the card. Answer in OpenCode, and update opencode-slack-gateway.";
    case "other-machine":
      return `Your press did not count: this card belongs to the machine ${escapeMrkdwn(makeVisible(outcome.host, "name").text)}, but Slack sent your press to another one. Press again.`;
    case "other-app":
      return "Your press did not count: this press is not for the Slack app that posted the card. Answer in OpenCode.";
    case "altered":
      return "Your press did not count: this card in Slack was not as the gateway posted it. It is being restored: read it, then press again. If this happens again, tell the person who runs this OpenCode: the log names the fields that differ, and OPENCODE_SLACK_GATEWAY_CARD_CHECK sets how cards are compared.";
    case "restored":
      return "This card in Slack was not as the gateway posted it. It is being restored: read it. A reject counts anyway.";
    case "incomplete":
      return "Your press did not count: Slack left out a part of your press, so the gateway cannot check what you saw. Press again, or answer in OpenCode.";
    case "stale":
      return `Your press did not count: ${STALE[outcome.because]}`;
    case "owner-stopped":
      return "Your press did not count: the OpenCode that asks this does not respond. It is suspended, or very busy. Press again when it is back, or answer in OpenCode.";
    case "owner-unknown":
      return "Your press did not count: the gateway cannot reach the OpenCode of this card. The request was answered before, or its OpenCode has quit or does not respond. Press again later, or answer in OpenCode.";
    case "no-modal":
      return "Your press did not count: Slack did not open the dialog in time. Press again, or answer in OpenCode.";
    case "unknown-modal":
      return "Your press did not count: no OpenCode on this machine opened this dialog for you, or it was already sent. Press the button on the card again.";
    case "no-reason":
      return "Your press did not count: your reason was empty. Press “Reject with reason…” again, or press Reject.";
    case "no-answer":
      return "Your press did not count: you chose nothing and wrote nothing. Press “Answer…” on the card again.";
    case "reason-lost":
      return "Your press rejected the request, but your reason did not reach the agent: this OpenCode did not take it.";
    case "not-stopped":
      return "Everything that was open is rejected. The gateway told OpenCode to stop the session, but OpenCode did not confirm it: look in OpenCode.";
    case "being-replied":
      return `Your press did not count: <@${outcome.userID}> pressed first, and the gateway is telling OpenCode.`;
    case "expiring":
      return `Your press came too late: nobody had answered in ${inMinutes(outcome.afterMs)}, and the gateway is telling OpenCode.`;
    case "closed":
      return renderClosed(outcome.state);
    case "revoked":
      return renderRevoked(outcome);
    case "grant-over":
      return "Your press came too late: this grant had already ended. The same request is asked about again.";
    case "mute-failed":
      return "Your press changed nothing: the gateway cannot note in its state directory until when new cards are muted. The disk may be full: the log says more.";
    case "not-recorded":
      return "Your press did not count: the gateway cannot write your press to the audit record, so nothing can be allowed or answered from Slack. The disk may be full: the log says more. Press Reject or Dismiss, or answer in OpenCode.";
    case "all-closed":
      return "Your press came too late: everything on this card was already answered.";
    case "unconfirmed":
      return `The gateway told OpenCode “${replied(outcome.answer)}”, but OpenCode did not confirm it. The request may still be open: press again, or answer in OpenCode.`;
  }
}

function renderRefusal(
  reason: Extract<PressOutcome, { kind: "not-approver" }>["reason"],
  userID: string,
  approverIDs: readonly string[],
): string {
  switch (reason) {
    case "none-configured":
      return `Nobody may answer from Slack yet. If this is your OpenCode, set SLACK_APPROVER_IDS=${userID} (that is you) where OpenCode starts, and restart it.`;
    case "not-listed":
      return `You can't approve this: your ID ${userID} is not in SLACK_APPROVER_IDS. Ask ${nameApprovers(approverIDs)}.`;
    case "other-workspace":
      return "Only members of the workspace where the Slack app is installed can answer, and you are in another one. Other workspaces of the same organisation do not count. Slack Connect guests do not count either.";
    case "organisation-account":
      return `SLACK_APPROVER_IDS is * (everyone). That means members of the workspace where the Slack app is installed, but Slack names only your organisation. List the approvers' IDs instead; yours is ${userID}.`;
    case "organisation-install":
      return "The Slack app is installed for a whole organisation, so the gateway cannot tell who may answer. Install it in one workspace and use the bot token from there. Until then, answer in OpenCode.";
    case "team-unknown":
      return "Slack does not say which workspace you are in, and only members of the workspace where the Slack app is installed can answer. Press again, or answer in OpenCode.";
    case "workspace-unknown":
      return "Slack does not say which workspace the app is installed in, so nobody may answer. Press again, or answer in OpenCode.";
    case "group-unknown":
      return `Your ID ${userID} is not in SLACK_APPROVER_IDS, and Slack does not say who is in the user groups listed there. The app needs the scope usergroups:read, and each group's ID must be right. Press again, or answer in OpenCode.`;
    case "channel-not-private":
      return "SLACK_APPROVER_IDS is * (everyone). That works only in a private channel, and this one is not private. List the approvers' IDs instead.";
    case "channel-unknown":
      return "SLACK_APPROVER_IDS is * (everyone). That works only in a private channel, and Slack does not say whether this one is private. List the approvers' IDs instead, or give the app the scope groups:read.";
  }
}

/** In the private words for one person nobody is notified of a mention. */
function nameApprovers(approverIDs: readonly string[]): string {
  const people = approverIDs.slice(0, NAMED_APPROVERS).map((id) => `<@${id}>`);
  const others =
    people.length === 0 || approverIDs.length > NAMED_APPROVERS ? ["the person who runs this OpenCode"] : [];
  return new Intl.ListFormat("en", { type: "disjunction" }).format([...people, ...others]);
}

function renderRevoked({ uses, isUnderway }: Extract<PressOutcome, { kind: "revoked" }>): string {
  const used = uses === 0 ? "It was not used." : `It was used ${uses === 1 ? "once" : `${uses} times`}.`;
  const underway = isUnderway
    ? " The last of these was being told to OpenCode as you pressed, and may run."
    : "";
  return `You revoked this grant: the same request is asked about again. ${used}${underway}`;
}

function renderClosed(state: ClosedState): string {
  switch (state.kind) {
    case "gone":
      return `Your press did not count: ${renderGone(state)}`;
    case "replied": {
      if (state.by.kind === "nobody")
        return `Your press came too late: this was ${replied(state.answer)}, because nobody answered in ${inMinutes(state.by.afterMs)}.`;
      return `Your press came too late: this was already ${replied(state.answer)} ${nameReplier(state.by)}.`;
    }
  }
}

function nameReplier(by: Exclude<Replier, { kind: "nobody" }>): string {
  if (by.kind === "opencode") return "in OpenCode";
  return `by ${by.kind === "grant" ? "a grant of " : ""}<@${by.userID}>`;
}

function renderGone(state: GoneState): string {
  switch (state.reason) {
    case "expired":
      return `nobody answered this in ${inMinutes(state.afterMs)}. It can still be answered in OpenCode.`;
    case "session-idle":
      return "the session that asked has stopped. Nothing will run.";
    case "session-deleted":
      return "the session that asked was deleted.";
    case "retried":
      return "the model's answer broke off. OpenCode asks the model again. If that needs an answer, a new card will come.";
    case "inactivity":
      return "nobody answered for so long that OpenCode stopped the session. Nothing will run.";
    case "unloaded":
      return "OpenCode has unloaded the gateway there. If it still asks, answer in OpenCode.";
    case "unknown":
      return "OpenCode no longer asks it, and did not say what became of it.";
    case "opencode-ended":
      return "the OpenCode that asked has quit. Nothing will run.";
    case "posted-again":
      return "this card was posted again further down. Answer there.";
    case "changed":
      return "OpenCode now asks something else under the same ID. Answer in OpenCode.";
  }
}
