/** Each command that the documents tell people to type is one, with options that there are. */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startCommand } from "../support/command-process.ts";
import { codeIn } from "../support/markdown.ts";
import { createSlackStandIn, type SlackStandIn } from "../support/slack/stand-in.ts";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const NAME = "opencode-slack-gateway";

/** As people type them, from blocks of code and within sentences; what stands for something is filled in. */
function documentedCommands(): string[] {
  const files = execFileSync("git", ["ls-files", "*.md"], { cwd: REPOSITORY, encoding: "utf8" })
    .trim()
    .split("\n");
  const text = files.map((file) => readFileSync(path.join(REPOSITORY, file), "utf8")).join("\n");
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = ""]) => block);
  const lines = [...blocks.flatMap((block) => block.split("\n")), ...codeIn(text)];
  const commands = lines.flatMap(
    (line) => new RegExp(`(?:^|npx (?:-p \\S+ )?)${NAME} (.+)$`).exec(line)?.[1] ?? [],
  );
  const filled = commands.map((command) =>
    command
      .replace(/\s+#.*$/, "")
      .replace("<head of a card>", "0".repeat(20))
      .replaceAll("C0123456789", "C1")
      .replaceAll(/U\d{10}/g, "U1")
      .trim(),
  );
  return [...new Set(filled)].sort();
}

let slack: SlackStandIn;
beforeAll(async () => {
  const channels = [{ id: "C1", kind: "private" as const, members: ["U1"] }];
  slack = await createSlackStandIn({ rateLimits: "none", channels });
});
afterAll(async () => slack.close());

test("there are documented commands for every task", () => {
  const commands = documentedCommands();
  for (const name of ["init", "doctor", "uninstall", "audit list", "audit --verify"])
    expect(commands.filter((command) => command.startsWith(name))).not.toEqual([]);
});

test.each(documentedCommands())(`${NAME} %s`, async (command) => {
  const home = mkdtempSync(path.join(tmpdir(), "documented-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  mkdirSync(path.join(home, "work"));
  // Nobody is there to press, or to answer.
  const more = command.startsWith("doctor") ? ["--no-press"] : [];
  await using run = startCommand([...command.split(/\s+/), ...more], {
    cwd: path.join(home, "work"),
    env: {
      HOME: home,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      OPENCODE_SLACK_GATEWAY_SOCKET_DIR: path.join(home, "hub"),
    },
  });
  run.hangsUp();
  expect([0, 1]).toContain(await run.ended);
  expect(run.said()).not.toMatch(/^\s+at /m);
});
