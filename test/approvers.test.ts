import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Approvers } from "../src/config.ts";
import { createLog } from "../src/log.ts";
import { createApprovers } from "../src/slack/approvers.ts";
import { createWebClient } from "./support/slack/official-clients.ts";
import { createSlackStandIn, type SlackStandIn } from "./support/slack/stand-in.ts";

const log = createLog({ file: "/dev/null", level: "silent", secrets: [] });
const everyone: Approvers = { kind: "everyone" };

let slack: SlackStandIn;
beforeAll(async () => {
  slack = await createSlackStandIn({
    rateLimits: "none",
    channels: [
      { id: "C1", kind: "public" },
      { id: "C2", kind: "private", members: ["U1", "U2"] },
      { id: "C3", kind: "private", isExtShared: true, members: ["U1", "U2"] },
    ],
  });
});
afterAll(async () => slack.close());

function approversIn(channel: string, approvers: Approvers) {
  return createApprovers(approvers, createWebClient(slack), channel, log);
}

describe("everyone may answer", () => {
  test("in a private channel", async () => {
    expect(await approversIn("C2", everyone).refusal("U2")).toBeUndefined();
  });
  test("but not in a public one", async () => {
    expect(await approversIn("C1", everyone).refusal("U1")).toBe("channel-not-private");
  });
  test("nor in one that is shared with another organisation", async () => {
    expect(await approversIn("C3", everyone).refusal("U1")).toBe("channel-not-private");
  });
  test("nor where Slack does not know the channel", async () => {
    expect(await approversIn("C9", everyone).refusal("U1")).toBe("channel-unknown");
  });
  test("nor where the app may not ask", async () => {
    const { bot } = slack.installation.scopes;
    bot.delete("groups:read");
    expect(await approversIn("C2", everyone).refusal("U1")).toBe("channel-unknown");
    bot.add("groups:read");
  });
  test("nor while Slack is away", async () => {
    const restore = slack.outage({ refuse: true });
    expect(await approversIn("C2", everyone).missing()).toBe("channel-unknown");
    restore();
  });
});

describe("a list of approvers", () => {
  const listed: Approvers = { kind: "listed", userIDs: ["U1"] };
  test("lets those on it answer, and nobody else", async () => {
    const approvers = approversIn("C1", listed);
    expect(await approvers.missing()).toBeUndefined();
    expect(await approvers.refusal("U1")).toBeUndefined();
    expect(await approvers.refusal("U2")).toBe("not-listed");
    expect(await approvers.refusal("")).toBe("not-listed");
  });
  test("that is empty lets nobody answer", async () => {
    const approvers = approversIn("C1", { kind: "listed", userIDs: [] });
    expect(await approvers.missing()).toBe("none-configured");
    expect(await approvers.refusal("U1")).toBe("none-configured");
  });
});
