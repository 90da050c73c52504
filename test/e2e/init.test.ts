/** What `init` writes, with the real OpenCode: its command installs the plugin, and its next start loads it. */

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, inject, onTestFinished, test } from "vitest";
import { sitDown } from "../support/desk.ts";
import type { Sandbox } from "../support/opencode/sandbox.ts";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { createSlackStandIn } from "../support/slack/stand-in.ts";

const run = promisify(execFile);

const VARIABLES = ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_CHANNEL_ID", "SLACK_APPROVER_IDS"] as const;
const ENV_FILE = "OPENCODE_SLACK_GATEWAY_ENV_FILE";

test("opencode plugin installs what init names, and the first command is allowed from Slack, with no token in reach", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "init-"));
  onTestFinished(async () => rm(folder, { recursive: true }));
  const envFile = path.join(folder, "secret", "env");
  const slack = await createSlackStandIn();
  const { botToken, appToken } = slack;
  await slack.close();
  let said = "";
  let config = "";

  /** The installed package's command, in Node, as somebody without questions runs it. */
  async function setUp(sandbox: Sandbox): Promise<void> {
    const bin = path.join(folder, "bin");
    await mkdir(bin);
    await symlink(sandbox.binary, path.join(bin, "opencode"));
    const packed = fileURLToPath(inject("pluginURL"));
    const command = path.join(packed, "..", ".bin", "opencode-slack-gateway");
    const args = [
      "--channel",
      "C1",
      "--approvers",
      "U1",
      "--write-env",
      "--env-path",
      envFile,
      "--plugin",
      packed,
    ];
    const env = {
      ...sandbox.env,
      PATH: `${bin}:${process.env["PATH"]}`,
      SLACK_BOT_TOKEN: botToken,
      SLACK_APP_TOKEN: appToken,
      [ENV_FILE]: "",
    };
    const done = await run(command, ["init", "--yes", ...args], { cwd: sandbox.firstDirectory, env }).catch(
      (failed: { stdout: string; stderr: string }) => failed,
    );
    said = done.stdout + done.stderr;
    const directory = path.join(sandbox.root, "home/.config/opencode");
    config = await readFile(path.join(directory, "opencode.json"), "utf8");
    said += (await readdir(directory)).join("\n");
  }

  const withoutVariables = Object.fromEntries(VARIABLES.map((name) => [name, undefined]));
  await using desk = await sitDown({
    slack: { botToken, appToken },
    opencode: { plugin: [], prepare: setUp },
    env: { ...withoutVariables, [ENV_FILE]: envFile },
  });
  expect(said).toContain(`opencode plugin ${inject("pluginURL")} --global …`);
  expect(said).toContain("✓ Installed, and written to ");
  expect(said).toMatch(/opencode\.json\.[\w.-]+\.bak/);
  expect(JSON.parse(config)).toMatchObject({ plugin: [inject("pluginURL")] });

  const command = `echo "[$SLACK_BOT_TOKEN$SLACK_APP_TOKEN$${ENV_FILE}]"`;
  const task = await desk.start([bash(command), say("done")]);
  await desk.slack.user("U1").press(await desk.card("SLACK_BOT_TOKEN"), "Allow once");
  await task.end();
  expect(task.toolResults()).toEqual(["[]\n"]);
});
