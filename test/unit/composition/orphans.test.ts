import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createSweeper } from "../../../src/composition/orphans.ts";
import { identifyMachine } from "../../../src/machine/identity.ts";
import { createCards } from "../../../src/slack/cards/messages.ts";
import { createWebClient } from "../../../src/slack/connection/client.ts";
import { createSlackClock } from "../../../src/slack/connection/clock.ts";
import { createInstallationFinder } from "../../../src/slack/people/installation.ts";
import { createSlices } from "../../../src/system/slices.ts";
import { silentLog as log } from "../../support/silent-log.ts";
import { renderPlain } from "../../support/slack/plain.ts";
import { createSlackStandIn } from "../../support/slack/stand-in.ts";

const card = { attemptID: "1", requestID: "que_1", sessionID: "ses_1", directory: "/home/dev/project" };

/** What a card says when its OpenCode, whose notes these are, was found dead. */
async function closedCardOf(notes: object): Promise<string> {
  const { text } = await sweepUp(notes);
  return text;
}

/** @param others of the same OpenCode, noted before that card. */
async function sweepUp(
  notes: object,
  others: readonly object[] = [],
): Promise<{ text: string; left: string[] }> {
  const slack = await createSlackStandIn({ rateLimits: "none" });
  const directory = mkdtempSync(join(tmpdir(), "orphans-"));
  const end = new AbortController();
  onTestFinished(async () => {
    end.abort();
    await slack.close();
    rmSync(directory, { recursive: true });
  });
  const client = createWebClient(
    { apiURL: slack.apiUrl, botToken: slack.botToken },
    undefined,
    createSlackClock(),
    log,
  );
  const { ts } = await client.chat.postMessage({ channel: "C1", text: "A card of a dead OpenCode" });
  const machine = identifyMachine();
  const memberID = `${machine.key}_0123456789ab`;
  const cards = [...others, { ...card, channel: "C1", ts, ...notes }];
  const folder = join(directory, "ledger", machine.key);
  mkdirSync(folder, { recursive: true });
  const entry = { version: 2, memberID, pid: process.pid, saidGoodbye: true, cards };
  writeFileSync(join(folder, `${memberID}.json`), JSON.stringify(entry));

  const sweeper = createSweeper({
    directory,
    machine,
    cards: createCards({
      client,
      memberID: "laptop.1_1",
      installation: createInstallationFinder(client, log),
      channel: "C1",
      mention: [],
      approverIDs: [],
      secrets: [],
      allowFromThread: true,
      check: "words",
      advise: () => undefined,
      signal: end.signal,
      slices: createSlices(),
      log,
    }),
    log,
  });
  await sweeper.sweep(() => false).closing;
  return { text: renderPlain(slack.channel("C1").messages().at(-1) ?? {}), left: readdirSync(folder) };
}

test("a card of a dead OpenCode says what permission was asked, and that nothing will run", async () => {
  const text = await closedCardOf({ kind: "permission", permission: "bash" });
  expect(text).toMatch(
    /^⏹ OpenCode quit\. Nothing will run\. \S+ · project\nRun a command\n\/home\/dev\/project$/,
  );
});

test("one that allowed something for a time says that this ended, too", async () => {
  const text = await closedCardOf({ kind: "permission", permission: "bash", granted: true });
  expect(text).toContain("Run a command\nIt was allowed for a time. That grant ended with OpenCode.\n");
});

test("a card of a later release's OpenCode says in neutral words that nobody asks any more", async () => {
  const text = await closedCardOf({ kind: "poll", permission: "bash", header: "Which?" });
  expect(text).toMatch(
    /^⏹ OpenCode quit\. Nothing will run\. .*\nA request of OpenCode\n\/home\/dev\/project$/,
  );
});

test("a card with several requests of a later release's says how many, and no more", async () => {
  const text = await closedCardOf({ kind: "poll", permission: "bash", requests: 3 });
  expect(text).toContain("3 requests\n/home/dev/project");
});

test("a card in a channel that is lost, and one that was deleted, keep no other open, and are not tried again", async () => {
  const kind = "permission";
  const lost = [
    { ...card, kind, channel: "C9", ts: "1.000001" },
    { ...card, kind, channel: "C1", ts: "1.000001" },
  ];
  const { text, left } = await sweepUp({ kind, permission: "bash" }, lost);
  expect(text).toContain("OpenCode quit. Nothing will run.");
  expect(left).toEqual([]);
});

test("a reminder of a dead OpenCode is deleted, and its card is closed", async () => {
  const kind = "permission";
  const { text, left } = await sweepUp({ kind: "reminder" }, [
    { ...card, kind, channel: "C1", ts: "1.000001" },
  ]);
  expect(text).toBe("");
  expect(left).toEqual([]);
});
