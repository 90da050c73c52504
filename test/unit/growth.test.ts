import { fileURLToPath } from "node:url";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { findRegExpPlaces } from "../support/growth/regexp-places.ts";
import type { Report } from "../support/growth/report.ts";
import { spawnScript } from "../support/runtime.ts";

/** Expressions that take longer, and why that does no harm. */
const SPARED: Readonly<Record<string, string>> = {
  "src/opencode/edits/loose-match.ts: new RegExp(words.join(String.raw`\\s+`))":
    "made of a text and looked for in a line of 2,000 characters at most",
  [String.raw`src/sanitize/secrets.ts: /(?:^|[\s'"=])(?![+-]?\/\/[\w.-]+\/\S*:_)[^\s'":]*\/[^\s'"]*$/`]:
    "looks at the 200 characters before a secret",
  [String.raw`src/sanitize/secrets.ts: /(?:^|[\s'"\\,[<])[+-]{0,3}[A-Za-z_][\w.-]*(?:=[\w.-]+)*\\*["']?\]?(?:=|[ \t]+[:+?]?=[ \t]*|[ \t]*:[ \t]*)\\*["']?$/`]:
    "looks at the 200 characters before a secret",
  "src/composition/setting-schemas.ts: new RegExp(`^${prefix}[\\\\w-]+$`)": "what a person sets",
  "src/commands/audit.ts: new RegExp(`^[0-9a-f]{${HEAD_LENGTH_CHARS},64}$`)": "what a person types",
};

/**
 * The same for whole files. Of this table the tokens are looked for in two expressions that are made of them and
 * measured, the addresses each in one of its own, and the passwords in the 300 characters before them;
 * `secret-table.test.ts` looks at how each is made.
 */
const SPARED_FILE = "src/sanitize/secrets/secret-table.ts";

const places = findRegExpPlaces().filter(
  ({ name, file }) => SPARED[name] === undefined && file !== SPARED_FILE,
);

async function measure(script: string): Promise<Report[]> {
  const path = fileURLToPath(new URL(`../support/growth/${script}`, import.meta.url));
  const child = spawnScript("Bun", path);
  child.stdin.end(JSON.stringify(places));
  const lines = (await text(child.stdout)).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Report);
}

/** Only that it ends: each takes most of a minute of a processor, and shares it with other tests. */
const LIMIT_MS = 15 * 60_000;

describe("growth", { timeout: LIMIT_MS }, () => {
  test.concurrent("every regular expression takes linear time", async () => {
    const reports = await measure("regexps-process.ts");
    expect(reports.filter(({ type }) => type !== "fed")).toEqual([]);
  });
  test.concurrent("every pass takes linear time", async () => {
    const reports = await measure("passes-process.ts");
    expect(reports.filter(({ type }) => type !== "fed")).toEqual([]);
  });
});
