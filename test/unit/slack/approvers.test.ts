import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { silentLog as log } from "../../support/silent-log.ts";
import { createApprovers, type ApproverList } from "../../../src/slack/people/approvers.ts";
import { createInstallationFinder } from "../../../src/slack/people/installation.ts";
import { createWebClient } from "../../support/slack/official-clients.ts";
import { createSlackStandIn, type SlackStandIn } from "../../support/slack/stand-in.ts";

const everyone: ApproverList = { kind: "everyone" };

let slack: SlackStandIn;
beforeAll(async () => {
  slack = await createSlackStandIn({
    rateLimits: "none",
    identity: { enterprise: { id: "E1", name: "Everything Inc." } },
    userGroups: { S1: ["U3"], S2: ["U4"] },
    channels: [
      { id: "C1", kind: "public" },
      { id: "C2", kind: "private", members: ["U1", "U2"] },
      { id: "C3", kind: "private", isExtShared: true, members: ["U1", "U2"] },
    ],
  });
});
afterAll(async () => slack.close());

const by = (userID: string, teamID = "T1") => ({ userID, teamID });
const asked = (method: string) => slack.calls(method).length;
const botScopes = () => slack.installation.scopes.bot;

function approversIn(channel: string, approvers: ApproverList) {
  const client = createWebClient(slack);
  return createApprovers(approvers, client, createInstallationFinder(client, log), channel, log);
}

describe("everyone may answer", () => {
  test("in a private channel", async () => {
    expect(await approversIn("C2", everyone).refusal(by("U2"))).toBeUndefined();
  });
  test("but not in a public one", async () => {
    expect(await approversIn("C1", everyone).refusal(by("U1"))).toBe("channel-not-private");
  });
  test("nor in one that is shared with another organisation", async () => {
    expect(await approversIn("C3", everyone).refusal(by("U1"))).toBe("channel-not-private");
  });
  test("nor where Slack does not know the channel", async () => {
    expect(await approversIn("C9", everyone).refusal(by("U1"))).toBe("channel-unknown");
  });
  test("nor where the app may not ask", async () => {
    const { bot } = slack.installation.scopes;
    bot.delete("groups:read");
    expect(await approversIn("C2", everyone).refusal(by("U1"))).toBe("channel-unknown");
    bot.add("groups:read");
  });
  test("nor from another account than one of the workspace itself", async () => {
    const approvers = approversIn("C2", everyone);
    expect(await approvers.refusal(by("U2", "E1"))).toBe("organisation-account");
    expect(await approvers.refusal(by("U2", "E2"))).toBe("other-workspace");
    expect(await approvers.refusal(by("U2", "T7"))).toBe("other-workspace");
  });
  test("nor while Slack is away", async () => {
    const restore = slack.outage({ refuse: true });
    expect(await approversIn("C2", everyone).missing()).toBe("channel-unknown");
    restore();
  });
});

describe("a list of approvers", () => {
  const listed: ApproverList = { kind: "listed", userIDs: ["U1"], groupIDs: [] };
  test("lets those on it answer, and nobody else", async () => {
    const approvers = approversIn("C1", listed);
    expect(await approvers.missing()).toBeUndefined();
    expect(await approvers.refusal(by("U1"))).toBeUndefined();
    expect(await approvers.refusal(by("U2"))).toBe("not-listed");
    expect(await approvers.refusal(by(""))).toBe("not-listed");
  });
  test("that is empty lets nobody answer", async () => {
    const approvers = approversIn("C1", { kind: "listed", userIDs: [], groupIDs: [] });
    expect(await approvers.missing()).toBe("none-configured");
    expect(await approvers.refusal(by("U1"))).toBe("none-configured");
  });
});

describe("somebody on the list", () => {
  const listed: ApproverList = { kind: "listed", userIDs: ["U1"], groupIDs: [] };
  test("may answer from the workspace and from its organisation, and is not asked about again", async () => {
    const approvers = approversIn("C1", listed);
    expect(await approvers.refusal(by("U1"))).toBeUndefined();
    const before = asked("auth.test");
    expect(await approvers.refusal(by("U1", "E1"))).toBeUndefined();
    expect(asked("auth.test")).toBe(before);
  });
  test("may not answer as a guest of another workspace", async () => {
    expect(await approversIn("C1", listed).refusal(by("U1", "T7"))).toBe("other-workspace");
  });
  test("may not answer as long as Slack does not say where the app is installed", async () => {
    const approvers = approversIn("C1", listed);
    const restore = slack.outage({ error: "internal_error", methods: ["auth.test"] });
    await approvers.missing();
    expect(await approvers.refusal(by("U1"))).toBe("workspace-unknown");
    restore();
    expect(await approvers.refusal(by("U1"))).toBeUndefined();
  });
});

describe("with an app that is installed for a whole organisation", () => {
  let organisation: SlackStandIn;
  beforeAll(async () => {
    organisation = await createSlackStandIn({
      rateLimits: "none",
      identity: { enterprise: { id: "E1", name: "Everything Inc." }, isEnterpriseInstall: true },
      channels: [{ id: "C2", kind: "private", members: ["U1"] }],
    });
  });
  afterAll(async () => organisation.close());
  const approversOf = (approvers: ApproverList) => {
    const client = createWebClient(organisation);
    return createApprovers(approvers, client, createInstallationFinder(client, log), "C2", log);
  };

  test("nobody may answer of whom Slack names a workspace: it may be anybody's", async () => {
    const listed = approversOf({ kind: "listed", userIDs: ["W1"], groupIDs: [] });
    expect(await listed.refusal(by("W1", "T1"))).toBe("organisation-install");
    expect(await listed.refusal(by("W1", "T7"))).toBe("organisation-install");
    expect(await approversOf(everyone).refusal(by("W1", "T1"))).toBe("organisation-install");
  });
  test("who is listed may answer where Slack names the organisation, and nobody else", async () => {
    const listed = approversOf({ kind: "listed", userIDs: ["W1"], groupIDs: [] });
    expect(await listed.refusal(by("W1", "E1"))).toBeUndefined();
    expect(await listed.refusal(by("W2", "E1"))).toBe("not-listed");
    expect(await approversOf(everyone).refusal(by("W1", "E1"))).toBe("organisation-account");
  });
});

test("in an organisation, a listed approver (W…) of the app's workspace may answer, one of a sister workspace not", async () => {
  const approvers = approversIn("C1", { kind: "listed", userIDs: ["W1"], groupIDs: [] });
  expect(await approvers.refusal(by("W1", "T1"))).toBeUndefined();
  expect(await approvers.refusal(by("W1", "T2"))).toBe("other-workspace");
});

describe("the members of a user group on the list", () => {
  const listed: ApproverList = { kind: "listed", userIDs: ["U1"], groupIDs: ["S1", "S2"] };
  beforeAll(() => void botScopes().add("usergroups:read"));
  afterEach(() => {
    vi.useRealTimers();
    slack.workspace.userGroups.set("S2", ["U4"]);
  });

  test("may answer, and nobody else", async () => {
    const approvers = approversIn("C1", listed);
    expect(await approvers.missing()).toBeUndefined();
    expect(await approvers.refusal(by("U1"))).toBeUndefined();
    expect(asked("usergroups.users.list")).toBe(0);
    expect(await approvers.refusal(by("U3"))).toBeUndefined();
    expect(await approvers.refusal(by("U4"))).toBeUndefined();
    expect(await approvers.refusal(by("U2"))).toBe("not-listed");
    expect(await approvers.refusal(by("U4", "T7"))).toBe("other-workspace");
  });

  test("are asked about at the press, and again when the answer is more than a minute old", async () => {
    const approvers = approversIn("C1", listed);
    const before = asked("usergroups.users.list");
    expect(await approvers.refusal(by("U4"))).toBeUndefined();
    slack.workspace.userGroups.set("S2", []);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 55_000 });
    expect(await approvers.refusal(by("U4"))).toBeUndefined();
    expect(asked("usergroups.users.list")).toBe(before + 2);
    vi.setSystemTime(Date.now() + 6_000);
    expect(await approvers.refusal(by("U4"))).toBe("not-listed");
  });

  test("may not answer where Slack does not say who they are", async () => {
    const approvers = approversIn("C1", listed);
    botScopes().delete("usergroups:read");
    expect(await approvers.refusal(by("U4"))).toBe("group-unknown");
    expect(await approvers.refusal(by("U1"))).toBeUndefined();
    botScopes().add("usergroups:read");
    expect(await approvers.refusal(by("U4"))).toBeUndefined();
  });

  test("are known from one group although another does not exist", async () => {
    const approvers = approversIn("C1", { ...listed, groupIDs: ["S9", "S2"] });
    expect(await approvers.refusal(by("U4"))).toBeUndefined();
    expect(await approvers.refusal(by("U2"))).toBe("group-unknown");
  });

  test("are approvers also where nobody else is", async () => {
    const approvers = approversIn("C1", { kind: "listed", userIDs: [], groupIDs: ["S2"] });
    expect(await approvers.missing()).toBeUndefined();
    expect(await approvers.refusal(by("U4"))).toBeUndefined();
  });
});
