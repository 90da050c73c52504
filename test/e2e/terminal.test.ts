import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { slackEnvironment } from "../support/desk.ts";
import { call, say, startScriptedModel, type ScriptedModel } from "../support/opencode/scripted-model.ts";
import { hasTmux, runTui, type Tui } from "../support/opencode/tui.ts";
import { renderPlain } from "../support/slack/plain.ts";
import { createSlackStandIn, type SlackStandIn } from "../support/slack/stand-in.ts";

const seesTerminal = await hasTmux();
if (!seesTerminal) console.log("Skipped: OpenCode's terminal interface needs tmux, which is not installed.");

describe.skipIf(!seesTerminal)("somebody at the terminal", () => {
  let slack: SlackStandIn;
  let model: ScriptedModel;
  let tui: Tui;
  beforeAll(async () => {
    slack = await createSlackStandIn({ rateLimits: "none" });
    model = await startScriptedModel();
    tui = await runTui({ model, plugin: [inject("pluginURL")], env: slackEnvironment(slack) });
    await tui.sees("Ask anything");
  });
  afterAll(async () => {
    await tui[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    await slack.close();
  });

  const cardThatSays = async (what: string) =>
    slack.channel("C1").waitForMessage((message) => renderPlain(message).includes(what));

  async function typeIn(prompt: string): Promise<void> {
    await tui.type(prompt);
    await tui.sees(prompt);
    await tui.type("Enter");
  }

  test("allowed from Slack, OpenCode goes on in the terminal of somebody who is not there", async () => {
    model.script("say hello", [
      call("bash", { command: "echo hello", description: "Says it" }),
      say("All said."),
    ]);
    await typeIn("say hello");
    await tui.sees("Permission required");
    const card = await slack.channel("C1").waitForMessage();
    await slack.user("U1").press(card, "Allow once");
    await cardThatSays("Allowed once by @U1");

    await tui.sees("All said.");
    expect(model.toolResults("say hello")).toEqual(["hello\n"]);
  });

  test("answered at the terminal, cards close; and when OpenCode is left, so is Slack", async () => {
    model.script("say both", [
      call("bash", { command: "echo first", description: "Says it" }),
      call("bash", { command: "echo second", description: "Says it" }),
      say("Both said."),
    ]);
    await typeIn("say both");
    await tui.sees("echo first");
    await cardThatSays("echo first");
    await tui.type("Enter");
    await cardThatSays("Allowed once in OpenCode");
    const second = await cardThatSays("echo second");
    // In the question itself Ctrl-C rejects; after it, it ends OpenCode.
    await tui.type("C-c");
    const closed = await slack
      .channel("C1")
      .waitForMessage(
        ({ ts, blocks }) => ts === second.ts && renderPlain({ blocks }).includes("Rejected in OpenCode"),
      );
    expect(renderPlain(closed)).not.toContain("[");
    await tui.type("C-c");
    await slack.waitFor(() => slack.connections().length === 0);
  });
});
