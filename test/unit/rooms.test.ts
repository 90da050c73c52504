import { expect, test } from "vitest";
import { importsOf, readSources, type Import } from "../support/imports.ts";

const OF_ONE_VERSION = [
  "src/opencode/",
  "src/gateway/domain/",
  "src/gateway/ports.ts",
  "src/sanitize/",
  "src/system/",
];

/** What each room of the source may know, besides itself; `src/` is every room. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  "src/gateway/domain/": [],
  "src/system/": [],
  "src/shell/": [],
  "src/hub/": [],
  "src/gateway/ports.ts": ["src/gateway/domain/"],
  "src/policy/": ["src/gateway/domain/", "src/gateway/ports.ts", "src/shell/", "src/system/"],
  "src/sanitize/": ["src/gateway/domain/", "src/shell/", "src/system/"],
  "src/gateway/": ["src/gateway/domain/", "src/gateway/ports.ts", "src/system/"],
  "src/slack/": ["src/gateway/domain/", "src/gateway/ports.ts", "src/sanitize/", "src/system/"],
  "src/opencode/": ["src/gateway/domain/", "src/gateway/ports.ts", "src/sanitize/", "src/system/"],
  "src/opencode/v1/": OF_ONE_VERSION,
  "src/opencode/v2/": OF_ONE_VERSION,
  "src/machine/": ["src/gateway/domain/", "src/gateway/ports.ts", "src/sanitize/", "src/system/"],
  "src/audit/": ["src/gateway/domain/", "src/gateway/ports.ts", "src/sanitize/", "src/system/"],
  "src/composition/": ["src/"],
  "src/commands/": ["src/"],
  "src/index.ts": ["src/composition/", "src/opencode/v1/"],
  "src/server.ts": ["src/composition/", "src/index.ts", "src/opencode/v2/"],
  "src/cli.ts": ["src/commands/"],
};

/** The room that says most exactly where a file is. */
function roomOf(file: string): string | undefined {
  return Object.keys(ROOMS)
    .filter((room) => file.startsWith(room))
    .toSorted((a, b) => b.length - a.length)[0];
}

function isAllowed({ from, to }: Import): boolean {
  if (!to.startsWith("src/")) return true;
  const [mine, other] = [roomOf(from), roomOf(to)];
  if (mine === undefined || other === undefined) return false;
  return mine === other || (ROOMS[mine] ?? []).some((known) => known === other || known === "src/");
}

test("every file is in a room, and knows only the rooms that its own may know", async () => {
  const sources = await readSources();
  expect(sources.filter(({ file }) => roomOf(file) === undefined)).toEqual([]);
  expect(sources.flatMap(importsOf).filter((one) => !isAllowed(one))).toEqual([]);
});

test.each([
  ["src/gateway/life.ts", 'import { renderCard } from "../slack/cards/blocks.ts";'],
  ["src/gateway/life.ts", 'import type { Config } from "../composition/config.ts";'],
  ["src/gateway/domain/ask.ts", 'export type { Cards } from "../ports.ts";'],
  ["src/slack/cards/blocks.ts", 'const { judge } = await import("../../policy/judge.ts");'],
  ["src/hub/hub.ts", 'import "../system/log.ts";'],
  ["src/policy/judge.ts", 'import {\n  a,\n  b,\n} from "../opencode/edits/edit.ts";'],
  ["src/opencode/details.ts", 'import { parseEvent } from "./v1/events.ts";'],
  ["src/opencode/v2/calls.ts", 'import { createCalls } from "../v1/calls.ts";'],
  ["src/somewhere/else.ts", 'import { createLog } from "../system/log.ts";'],
  ["src/system/log.ts", 'import { anything } from "../somewhere/else.ts";'],
])("an arrow outside the table is found: %s, %s", (file, text) => {
  expect(importsOf({ file, text }).filter((one) => !isAllowed(one))).toHaveLength(1);
});
