import { mkdtemp, realpath, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeRequest } from "../../src/opencode/details.ts";
import { createSlices } from "../../src/system/slices.ts";
import type { Details } from "../../src/gateway/domain/content.ts";
import { until } from "../support/opencode/until.ts";
import { permissionRequest } from "../support/permission-request.ts";
import { buttonOf } from "../support/rows.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { SlackStandIn } from "../support/slack/stand-in.ts";
import { startGateway, type SmallGateway } from "../support/small-gateway.ts";

const CHANGED =
  "Your press did not count: a file is no longer as the card showed it. The card is being updated: read it again, then press.";

let project: string;
let small: SmallGateway;
let slack: SlackStandIn;
/** Comes between what is read and what the gateway hears of it. */
let change: (details: Details) => Details;
beforeEach(async () => {
  project = await realpath(await mkdtemp(path.join(tmpdir(), "renewal-")));
  change = (details) => details;
  small = await startGateway(undefined, async (request) => ({
    ...change(await describeRequest(request, project, createSlices(), { version: "1.18.33" })),
    session: { titles: [] },
    offers: { replies: ["once", "reject"] },
  }));
  ({ slack } = small);
});
afterEach(async () => {
  await small[Symbol.asyncDispose]();
  await rm(project, { recursive: true });
});

const inProject = (name: string): string => path.join(project, name);
const approver = () => slack.user("U1");

/** OpenCode asks to write a file. */
function asked(n: number, name: string, content: string): void {
  const call = { tool: "write", args: { filePath: inProject(name), content } };
  small.gateway.asked(
    permissionRequest({ requestID: `per_${n}`, sessionID: `ses_${n}`, permission: "edit", call }),
  );
}

test("a file that is made after the card allows nothing, whoever pressed is told, and the card shows what is lost", async () => {
  asked(1, "a.txt", "new\n");
  const card = await small.card("Create a.txt");
  await writeFile(inProject("a.txt"), "lost\n");
  await approver().press(card, "Allow once");
  const again = await small.cardSays(card, "-lost\n+new");
  expect(renderPlain(again)).toContain("Edit a.txt");
  await slack.waitFor(() => small.told().length > 0);
  expect(small.told()).toEqual([CHANGED]);
  expect(small.received).toEqual([]);

  await approver().press(again, "Allow once");
  await until("OpenCode hears of it", () => small.received.length === 1);
});

test("a link that leads elsewhere by now allows nothing", async () => {
  await writeFile(inProject("one"), "");
  await writeFile(inProject("two"), "");
  await symlink("one", inProject("link"));
  asked(1, "link", "new\n");
  const card = await small.card("Leads to");
  await unlink(inProject("link"));
  await symlink("two", inProject("link"));
  await approver().press(card, "Allow once");
  await small.cardSays(card, inProject("two"));
  expect(small.received).toEqual([]);
});

test("where nothing may be allowed any more, the Allow is gone, and its value answers nothing", async () => {
  asked(1, "a.txt", "new\n");
  const card = await small.card("Create a.txt");
  slack.route(() => undefined);
  await approver().press(card, "Allow once");
  slack.route();
  const pressed = structuredClone(slack.envelopes().at(-1)?.payload) as {
    message: unknown;
    actions: { action_ts: string }[];
  };

  await writeFile(inProject("a.txt"), Buffer.from([0]));
  await approver().press(card, "Allow once");
  const again = await small.cardSays(card, "is not text: it contains zero bytes");
  expect(renderPlain(again)).not.toContain("Allow once");
  await slack.waitFor(() => small.told().length === 1);

  // Whoever holds Slack's connection may send the value once more, with the card as it is now.
  const [action] = pressed.actions;
  const forged = {
    ...pressed,
    message: again,
    actions: [{ ...action, action_ts: `${Date.now() / 1000 + 1}` }],
  };
  await slack.deliver(forged);
  await slack.waitFor(() => small.told().length === 2);
  expect(small.told().at(-1)).toBe(CHANGED);
  expect(small.received).toEqual([]);

  await approver().press(again, "Reject");
  await until("OpenCode hears of it", () => small.received.length === 1);
});

test("a press on the card as it was is not good for the card as it is", async () => {
  asked(1, "a.txt", "new\n");
  const card = await small.card("Create a.txt");
  await writeFile(inProject("a.txt"), "lost\n");
  // Both are made before the card is drawn anew.
  await Promise.all([approver().press(card, "Allow once"), approver().press(card, "Allow once")]);
  await small.cardSays(card, "-lost\n+new");
  await slack.waitFor(() => small.told().length === 2);
  expect(small.received).toEqual([]);
});

test("a press that was made before the card was drawn anew is to be made again", async () => {
  asked(1, "a.txt", "new\n");
  const card = await small.card("Create a.txt");
  slack.route(() => undefined);
  await approver().press(card, "Allow once");
  slack.route();
  const late = slack.envelopes().at(-1)?.payload ?? {};
  await writeFile(inProject("a.txt"), "lost\n");
  await approver().press(card, "Allow once");
  await small.cardSays(card, "-lost\n+new");
  await until("Slack's answer is there", () => slack.calls("chat.update").at(-1)?.isAnswered);

  await slack.deliver(late);
  await slack.waitFor(() => small.told().length === 2);
  expect(small.told().at(-1)).toContain("the card has changed since you pressed");
  expect(small.received).toEqual([]);
});

test("no press of Allow counts before Slack shows what would be done now", async () => {
  asked(1, "a.txt", "new\n");
  const card = await small.card("Create a.txt");
  await writeFile(inProject("a.txt"), "lost\n");
  const hold = slack.hold("chat.update");
  await approver().press(card, "Allow once");
  await slack.waitFor(() => small.told().length === 1);
  await approver().press(card, "Allow once");
  await slack.waitFor(() => small.told().length === 2);
  expect(small.received).toEqual([]);

  hold.release();
  const again = await small.cardSays(card, "-lost\n+new");
  await until("Slack's answer is there", () => slack.calls("chat.update").at(-1)?.isAnswered);
  await approver().press(again, "Allow once");
  await until("OpenCode hears of it", () => small.received.length === 1);
});

test("a press of Reject does not wait for the files", async () => {
  change = (details) => ({ ...details, isCurrent: async () => new Promise(() => undefined) });
  asked(1, "a.txt", "new\n");
  const card = await small.card("Create a.txt");
  await approver().press(card, "Reject");
  await until("OpenCode hears of it", () => small.received.length === 1);
  expect(small.told()).toEqual([]);
});

test("whoever pressed Allow while somebody answered in OpenCode is told so", async () => {
  let look: ((isCurrent: boolean) => void) | undefined;
  change = (details) => ({
    ...details,
    isCurrent: async () => new Promise((resolve) => (look = resolve)),
  });
  asked(1, "a.txt", "new\n");
  const card = await small.card("Create a.txt");
  await approver().press(card, "Allow once");
  await until("the files are looked at", () => look);
  small.replied("per_1", "reject");
  look?.(true);
  await slack.waitFor(() => small.told().length > 0);
  expect(small.told()).toEqual(["Your press came too late: this was already rejected in OpenCode."]);
  expect(small.received).toEqual([]);
});

test("of several requests on a card, only the one whose file has changed is drawn anew", async () => {
  for (let n = 1; n <= 30; n += 1) asked(n, `file ${n}.txt`, `text ${n}.\n`);
  const card = await small.card("file 30.txt");
  const [one, other] = [...renderPlain(card).matchAll(/file (\d+)\.txt/g)].map(([, n]) => Number(n));
  await writeFile(inProject(`file ${one}.txt`), "lost\n");
  await approver().press(card, buttonOf(card, `file ${one}.txt`, "Allow once"));
  const again = await small.cardSays(card, "-lost");
  expect(renderPlain(again).match(/lost/g)).toHaveLength(1);

  await approver().press(again, buttonOf(again, `file ${other}.txt`, "Allow once"));
  await until("OpenCode hears of it", () => small.received.length === 1);
  expect(small.received[0]).toContain(`per_${other}`);
});

test("an edit that stands in its card's thread is not allowed from there when its files have changed", async () => {
  asked(1, "long.txt", "one more line of many\n".repeat(700));
  const card = await small.card("more lines in the thread");
  await writeFile(inProject("long.txt"), "lost\n");
  await approver().press(card, "Allow once");
  const again = await small.cardSays(card, "Its files have changed since its thread was written.");
  expect(renderPlain(again)).not.toContain("Allow once");
  expect(small.received).toEqual([]);
});
