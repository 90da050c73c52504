import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";
import { slackEnvironment } from "../support/desk.ts";
import { createSandbox } from "../support/opencode/sandbox.ts";
import { call, say, startScriptedModel } from "../support/opencode/scripted-model.ts";
import { createSlackStandIn } from "../support/slack/stand-in.ts";

/** Runs a command of OpenCode's with the plugin, and gives back what it printed and what Slack heard of it. */
async function runOpenCode(args: readonly string[]) {
  const slack = await createSlackStandIn();
  await using model = await startScriptedModel();
  model.script("say hello", [call("bash", { command: "echo hello", description: "Says it" }), say("Over.")]);
  await using sandbox = await createSandbox({
    model,
    plugin: [inject("pluginURL")],
    env: slackEnvironment(slack),
  });
  const running = promisify(execFile)(sandbox.binary, args, {
    cwd: sandbox.firstDirectory,
    env: sandbox.env,
  });
  running.child.stdin?.end();
  const { stdout } = await running;
  const calls = slack.calls().map(({ method }) => method);
  await slack.close();
  return { stdout, calls, toolResults: model.toolResults("say hello") };
}

test("a command that never asks for a permission never reaches Slack", async () => {
  const { stdout, calls } = await runOpenCode(["models"]);
  expect(stdout).toContain("fake/scripted");
  expect(calls).toEqual([]);
});

test("what `opencode run` rejects by itself is never posted", async () => {
  const { stdout, calls, toolResults } = await runOpenCode(["run", "say hello"]);
  expect(toolResults).toEqual([]);
  expect(stdout).not.toContain("hello\n");
  // Whether Slack takes the tokens may be asked: a session works.
  expect(calls.filter((method) => method !== "auth.test" && method !== "apps.connections.open")).toEqual([]);
});
