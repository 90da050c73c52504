import { expect, test } from "vitest";
import { renderEphemeral } from "../../../src/slack/people/ephemerals.ts";

const told = (approverIDs: readonly string[]): string =>
  renderEphemeral({ kind: "not-approver", userID: "U2", reason: "not-listed" }, approverIDs);

test.each([
  ["the only approver", ["U1"], "Ask <@U1>."],
  ["one of three", ["U1", "U3", "U4"], "Ask <@U1>, <@U3>, or <@U4>."],
  ["one of more", ["U1", "U3", "U4", "U5"], "Ask <@U1>, <@U3>, <@U4>, or whoever runs this OpenCode."],
  ["whoever runs it, where approvers are listed as a group", [], "Ask whoever runs this OpenCode."],
])("who may not approve is told why, and whom to ask: %s", (_, approverIDs, ask) => {
  expect(told(approverIDs)).toBe(
    `Nothing was answered. You can't approve this: your ID U2 is not in SLACK_APPROVER_IDS. ${ask}`,
  );
});
