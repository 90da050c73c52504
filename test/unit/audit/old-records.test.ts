/** How large the record grows, and the lines of the documents that remove what is old of it. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAudit } from "../../../src/audit/audit.ts";
import { verifyRecords } from "../../../src/audit/verification.ts";
import { recordRequest } from "../../support/audit-folder.ts";
import { sectionOf } from "../../support/markdown.ts";
import { permissionRequest } from "../../support/permission-request.ts";
import { silentLog } from "../../support/silent-log.ts";
import { createSlices } from "../../../src/system/slices.ts";

const OPERATIONS = fileURLToPath(new URL("../../../.github/docs/operations.md", import.meta.url));
const DAY_MS = 24 * 60 * 60_000;
const section = sectionOf(readFileSync(OPERATIONS, "utf8"), "Old records");

let home: string;
let directory: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "old-records-"));
  directory = path.join(home, ".local/state/opencode-slack-gateway/audit");
  mkdirSync(directory, { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true }));

function auditOf(memberID: string) {
  return createAudit({ directory, memberID, slices: createSlices(), log: silentLog });
}

function age(memberID: string, file: number, days: number): void {
  const at = new Date(Date.now() - days * DAY_MS);
  utimesSync(path.join(directory, `${memberID}.${file}.jsonl`), at, at);
}

test("the lines that remove old records leave whole ones, and take no part of one", async () => {
  const [old, long, recent] = ["laptop.1a.2b_old", "laptop.1a.2b_long", "laptop.1a.2b_recent"];
  for (const memberID of [old, recent]) await recordRequest(auditOf(memberID));
  const audit = auditOf(long);
  while (!existsSync(path.join(directory, `${long}.2.jsonl`))) await audit.asked(permissionRequest());
  age(old, 1, 400);
  age(long, 1, 400);
  age(recent, 1, 300);

  const [, script = ""] = /```sh\n(.*?)```/s.exec(section) ?? [];
  execFileSync("sh", ["-eu", "-c", script], { env: { PATH: process.env["PATH"], HOME: home } });
  const records = verifyRecords(directory);
  expect(records.map(({ memberID, files }) => [memberID, files])).toEqual([
    [long, 2],
    [recent, 1],
  ]);
  expect(records.map(({ problem }) => problem)).toEqual([undefined, undefined]);
  expect(existsSync(path.join(directory, "key"))).toBe(true);
});

test("a request takes as much as the documents say", async () => {
  const memberID = "ada-laptop.12345678.12345678_123456789abc";
  const audit = auditOf(memberID);
  const bytes = (): number => statSync(path.join(directory, `${memberID}.1.jsonl`)).size;
  await recordRequest(audit, "per_first");
  const first = bytes();
  for (let n = 0; n < 10; n += 1) await recordRequest(audit, `per_${n}`);
  const perRequest = (bytes() - first) / 10;
  const [, told = ""] = /about (\d) KB/.exec(section) ?? [];
  expect(Math.round(perRequest / 1_000)).toBe(Number(told));
});
