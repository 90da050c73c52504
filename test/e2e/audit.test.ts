import { execFile } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openOffice, type Desk, type Office } from "../support/desk.ts";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { until } from "../support/opencode/until.ts";
import { renderPlain } from "../support/slack/plain.ts";

const run = promisify(execFile);

let office: Office;
let desk: Desk;
beforeAll(async () => {
  office = await openOffice();
  desk = await office.openDesk();
});
afterAll(async () => office[Symbol.asyncDispose]());

const folder = () => path.join(office.state, "opencode-slack-gateway", "audit");
const told = (userID: string) => desk.slack.user(userID).ephemerals().map(renderPlain);

async function recordFiles(): Promise<string[]> {
  const names = await readdir(folder());
  return names.filter((name) => name.endsWith(".jsonl")).map((name) => path.join(folder(), name));
}

/** The installed package's command, in Node. */
async function audit(...args: string[]) {
  const bin = path.join(fileURLToPath(inject("pluginURL")), "..", ".bin", "opencode-slack-gateway");
  const env = { ...process.env, XDG_STATE_HOME: office.state };
  return run(bin, ["audit", "--verify", ...args], { env }).catch(
    (failed: { stdout: string; stderr: string }) => failed,
  );
}

test("who was refused and who allowed is in the record, which audit --verify checks against the card", async () => {
  const task = await desk.start([bash("echo for the record"), say("done")]);
  const card = await desk.card("echo for the record");
  await desk.slack.user("U2").press(card, "Allow once");
  await desk.slack.waitFor(() => told("U2").length > 0);
  await desk.slack.user("U1").press(card, "Allow once");
  await task.end();
  const [, head = ""] = /Audit (\w+)/.exec(await desk.cardSays(card, "Audit")) ?? [];

  const [file = "", ...others] = await recordFiles();
  expect(others).toEqual([]);
  const text = await readFile(file, "utf8");
  const lines = text.split("\n");
  expect(lines.slice(1, -1).map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { event: "asked", permission: "bash" },
    { event: "shown", ts: card.ts, offers: ["once", "grant", "reject", "reject-with-reason"] },
    { event: "pressed", ts: card.ts, userID: "U2", reply: "once", refusal: "not-listed" },
    { event: "pressed", ts: card.ts, userID: "U1", reply: "once" },
    { event: "replied", reply: "once", by: "approver", userID: "U1" },
    { event: "closed", ts: card.ts },
  ]);
  for (const secret of ["for the record", task.id, desk.slack.botToken, desk.slack.appToken])
    expect(text).not.toContain(secret);

  const intact = await audit("--expect", head);
  expect(intact.stdout).toContain(`consistent up to ${head} (1 file, 7 lines).`);
  expect(intact.stdout).toContain(`Expected ${head}: found`);
  await writeFile(file, text.replace('"userID":"U2"', '"userID":"U3"'));
  expect((await audit()).stdout).toContain("line 4, has changed since it was written.");
  await writeFile(file, lines.toSpliced(3, 1).join("\n"));
  expect((await audit()).stdout).toContain("line 4, does not follow the line before it");
  await writeFile(file, lines.toSpliced(-3, 2).join("\n"));
  expect((await audit("--expect", head)).stdout).toContain(`Expected ${head}: NOT FOUND`);
  await writeFile(file, text);
});

test("where no record can be written Allow runs nothing and says why, and Reject works", async () => {
  const task = await desk.start([bash("touch allowed.txt"), say("done")]);
  const card = await desk.card("allowed.txt");
  await until("the card is in the record", async () => {
    const texts = await Promise.all((await recordFiles()).map(async (file) => readFile(file, "utf8")));
    return texts
      .join("")
      .split("\n")
      .some((line) => line.includes('"shown"') && line.includes(card.ts));
  });
  await rm(folder(), { recursive: true });
  await writeFile(folder(), "a file in the directory's place");
  await desk.slack.user("U1").press(card, "Allow once");
  await desk.slack.waitFor(() => told("U1").length > 0);
  expect(told("U1")).toEqual([
    expect.stringContaining("the gateway cannot write your press to the audit record"),
  ]);
  await desk.slack.user("U1").press(card, "Reject");
  await desk.cardSays(card, "Rejected by @U1");
  await task.end();
  expect(await readdir(task.directory)).not.toContain("allowed.txt");
  expect(desk.opencode.stderr()).toBe("");
});
