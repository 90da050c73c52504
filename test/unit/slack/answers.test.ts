/** What Slack answers, with fields that it leaves out, writes as null, or leaves empty. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { WebClient } from "@slack/web-api";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createApprovers, type ApproverList } from "../../../src/slack/people/approvers.ts";
import { createInstallationFinder } from "../../../src/slack/people/installation.ts";
import { createModals } from "../../../src/slack/cards/modals.ts";
import { silentLog as log } from "../../support/silent-log.ts";

const INSTALLATION = { team_id: "T1", user_id: "UBOT", bot_id: "B1" };
const PRIVATE = {
  is_private: true,
  is_ext_shared: false,
  is_pending_ext_shared: false,
  is_org_shared: false,
};
const EVERYONE: ApproverList = { kind: "everyone" };

let server: Server;
let client: WebClient;
/** By the method. */
let answers: Record<string, object>;

beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = answers[request.url?.replace("/", "") ?? ""] ?? {};
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ ok: true, ...answer }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  client = new WebClient("xoxb-1", { slackApiUrl: `http://127.0.0.1:${port}/`, retryConfig: { retries: 0 } });
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  answers = { "auth.test": INSTALLATION };
});

const approvers = (list: ApproverList) =>
  createApprovers(list, client, createInstallationFinder(client, log), "C1", log);

describe("an installation in no organisation", () => {
  test.each<[string, object]>([
    ["names none", {}],
    ["names null", { enterprise_id: null }],
    ["names nothing", { enterprise_id: "" }],
  ])("%s, and its approvers may answer", async (_, more) => {
    answers["auth.test"] = { ...INSTALLATION, ...more };
    expect(await createInstallationFinder(client, log).find()).toMatchObject({
      teamID: "T1",
      enterpriseID: undefined,
    });
    const listed = approvers({ kind: "listed", userIDs: ["U1"], groupIDs: [] });
    expect(await listed.refusal({ userID: "U1", teamID: "T1" })).toBeUndefined();
    expect(await listed.refusal({ userID: "U1", teamID: "T2" })).toBe("other-workspace");
    expect(await listed.refusal({ userID: "U1", teamID: "" })).toBe("other-workspace");
  });

  test("that names no workspace either lets nobody answer", async () => {
    answers["auth.test"] = { ...INSTALLATION, team_id: null };
    const listed = approvers({ kind: "listed", userIDs: ["U1"], groupIDs: [] });
    expect(await listed.refusal({ userID: "U1", teamID: "T1" })).toBe("workspace-unknown");
  });

  test("of whose scopes Slack says nothing is known all the same", async () => {
    answers["auth.test"] = { ...INSTALLATION, response_metadata: { scopes: null } };
    expect(await createInstallationFinder(client, log).find()).toMatchObject({ scopes: [] });
  });
});

describe("a private channel", () => {
  test.each<[string, object]>([
    ["says so of everything", {}],
    ["writes null for what it is not", { is_ext_shared: null, is_org_shared: null }],
    ["leaves out what it is not", { is_ext_shared: undefined, is_pending_ext_shared: undefined }],
  ])("that %s is one", async (_, more) => {
    answers["conversations.info"] = { channel: { ...PRIVATE, ...more } };
    expect(await approvers(EVERYONE).missing()).toBeUndefined();
  });

  test.each<[string, object]>([
    ["is shared", { is_ext_shared: true }],
    ["does not say that it is one", { is_private: null }],
  ])("that %s is none", async (_, more) => {
    answers["conversations.info"] = { channel: { ...PRIVATE, ...more } };
    expect(await approvers(EVERYONE).missing()).toMatch(/^channel-/);
  });
});

test("a user group of which Slack writes null has nobody in it", async () => {
  answers["usergroups.users.list"] = { users: null };
  const listed = approvers({ kind: "listed", userIDs: [], groupIDs: ["S1"] });
  expect(await listed.refusal({ userID: "U1", teamID: "T1" })).toBe("not-listed");
});

test.each([[{}], [{ view: null }], [{ view: { id: "" } }]])(
  "a dialog that Slack does not name is not known to be open: %j",
  async (answer) => {
    answers["views.open"] = answer;
    const press = { triggerID: "1.2.3", userID: "U1", card: { channel: "C1", ts: "1.1" } };
    expect(await createModals(client, "laptop.1_1", log).open("reason", press, "bits", [])).toBeUndefined();
  },
);
