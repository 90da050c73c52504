/** What whoever pressed is told by an ephemeral message: a few fixed, true sentences, in mrkdwn. */

import type { Reply } from "../../gateway/domain/ask.ts";
import type { PressOutcome } from "../../gateway/domain/interaction.ts";
import type { ClosedState, GoneReason } from "../../gateway/domain/state.ts";
import { escapeMrkdwn } from "../cards/text.ts";
import { makeVisible } from "../../sanitize/visible.ts";

const REPLIED: Readonly<Record<Reply, string>> = {
  once: "allowed once",
  always: "allowed always",
  reject: "rejected",
};

const STALE: Readonly<Record<Extract<PressOutcome, { kind: "stale" }>["because"], string>> = {
  late: "your press took more than a minute to arrive. If you still want it, press again.",
  changed: "the card has changed since you pressed. Read it again, then press.",
  files:
    "a file that this is about is not what the card showed any more. The card is being drawn anew: read it again, then press.",
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
      return `Nothing was answered. ${renderRefusal(outcome.reason, outcome.userID, approverIDs)}`;
    case "unknown-button":
      return "Nothing was answered: no OpenCode on this machine asks this any more. It was answered before, or OpenCode has quit.";
    case "not-understood":
      return "Nothing was answered: the gateway of this OpenCode does not understand this press. The card may be of a newer version of it: answer in OpenCode, and update opencode-slack-gateway.";
    case "other-machine":
      return `Nothing was answered: this card belongs to the machine ${escapeMrkdwn(makeVisible(outcome.host, "name").text)}, and Slack brought your press to another one. Press again.`;
    case "other-app":
      return "Nothing was answered: this press is not for the Slack app that posted the card. Answer in OpenCode.";
    case "altered":
      return "Nothing was answered: this card in Slack was not as it was posted. It is being restored. Look at it, then press again. If this happens again, tell whoever runs this OpenCode that the log names the difference, and that OPENCODE_SLACK_GATEWAY_CARD_CHECK says what counts as one.";
    case "restored":
      return "This card in Slack was not as it was posted. It is being restored: look at it. A reject counts all the same.";
    case "incomplete":
      return "Nothing was answered: Slack did not bring all of your press, so nobody can tell what you saw. Press again, or answer in OpenCode.";
    case "stale":
      return `Nothing was answered: ${STALE[outcome.because]}`;
    case "owner-stopped":
      return "Nothing was answered: the OpenCode that asks this does not respond. It is suspended, or very busy. Press again when it is back, or answer in OpenCode.";
    case "owner-unknown":
      return "Nothing was answered: no OpenCode that can be reached here answers to this card. Either the request was answered before, or its OpenCode has quit, or it does not respond. Press again later, or answer in OpenCode.";
    case "no-modal":
      return "Nothing was answered: Slack did not open the dialog for your reason in time. Press again, or press Reject.";
    case "unknown-modal":
      return "Nothing was answered: no OpenCode on this machine has opened this dialog for you, or it was sent before. Press “Reject with reason…” on the card again.";
    case "no-reason":
      return "Nothing was answered: your reason was empty. Press “Reject with reason…” again, or press Reject.";
    case "reason-lost":
      return "Your press rejected the request, but your reason did not reach the agent: this OpenCode did not take it.";
    case "not-stopped":
      return "Everything that was open is rejected. OpenCode was told to stop the session and did not confirm it: look in OpenCode.";
    case "being-replied":
      return `Nothing was answered: <@${outcome.userID}> pressed first, and OpenCode is being told.`;
    case "closed":
      return renderClosed(outcome.state);
    case "not-recorded":
      return "Nothing was answered: your press cannot be written to the audit record, so nothing can be allowed from Slack. The disk may be full: the log says more. Reject works, or answer in OpenCode.";
    case "all-closed":
      return "Your press came too late: everything on this card was already answered.";
    case "unconfirmed":
      return `OpenCode was told “${REPLIED[outcome.answer.reply]}” and did not confirm it. The request may still be open: press again, or answer in OpenCode.`;
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
      return "Only members of the workspace that the Slack app is installed in may answer, and you are of another. Other workspaces of the same organisation do not count, nor do guests by Slack Connect.";
    case "organisation-account":
      return `SLACK_APPROVER_IDS is * (everyone), which holds for members of the workspace that the Slack app is installed in, and Slack names only your organisation. List the approvers' IDs instead; yours is ${userID}.`;
    case "organisation-install":
      return "The Slack app is installed for a whole organisation, so nobody can tell who may answer. Install it in one workspace and use the bot token from there. Until then, answer in OpenCode.";
    case "team-unknown":
      return "Slack does not say which workspace you are of, and only members of the workspace that the Slack app is installed in may answer. Press again, or answer in OpenCode.";
    case "workspace-unknown":
      return "Slack does not say which workspace the app is installed in, so nobody may answer. Press again, or answer in OpenCode.";
    case "group-unknown":
      return `You are not in SLACK_APPROVER_IDS yourself (your ID is ${userID}), and Slack does not say who is in the user groups there: the app needs the scope usergroups:read, and the group's ID must be right. Press again, or answer in OpenCode.`;
    case "channel-not-private":
      return "SLACK_APPROVER_IDS is * (everyone), which holds in a private channel only, and this one is not private. List the approvers' IDs instead.";
    case "channel-unknown":
      return "SLACK_APPROVER_IDS is * (everyone), which holds in a private channel only, and Slack does not say whether this one is. List the approvers' IDs instead, or give the app the scope groups:read.";
  }
}

/** In the private words for one person nobody is notified of a mention. */
function nameApprovers(approverIDs: readonly string[]): string {
  const people = approverIDs.slice(0, NAMED_APPROVERS).map((id) => `<@${id}>`);
  const others =
    people.length === 0 || approverIDs.length > NAMED_APPROVERS ? ["whoever runs this OpenCode"] : [];
  return new Intl.ListFormat("en", { type: "disjunction" }).format([...people, ...others]);
}

function renderClosed(state: ClosedState): string {
  switch (state.kind) {
    case "gone":
      return `Nothing was answered: ${renderGone(state.reason)}`;
    case "replied": {
      const by = state.by.kind === "opencode" ? "in OpenCode" : `by <@${state.by.userID}>`;
      return `Your press came too late: this was already ${REPLIED[state.answer.reply]} ${by}.`;
    }
  }
}

function renderGone(reason: GoneReason): string {
  switch (reason) {
    case "session-idle":
      return "the session that asked has stopped, and nothing will run.";
    case "session-deleted":
      return "the session that asked was deleted.";
    case "retried":
      return "the model's answer broke off, and OpenCode asks the model again. If that needs an answer, there is a new card.";
    case "opencode-ended":
      return "the OpenCode that asked has quit, and nothing will run.";
    case "posted-again":
      return "this card was posted again further down. Answer there.";
    case "changed":
      return "OpenCode asks something else under the same ID than this card showed. Answer in OpenCode.";
  }
}
