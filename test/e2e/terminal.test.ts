import { expect, inject, test } from "vitest";
import { slackEnvironment } from "../support/desk.ts";
import { call, say, startScriptedModel } from "../support/opencode/scripted-model.ts";
import { hasTmux, runTui } from "../support/opencode/tui.ts";
import { renderPlain } from "../support/slack/plain.ts";
import { createSlackStandIn } from "../support/slack/stand-in.ts";

const seesTerminal = await hasTmux();
if (!seesTerminal) console.log("Skipped: OpenCode's terminal interface needs tmux, which is not installed.");

test.skipIf(!seesTerminal)(
  "allowed from Slack, OpenCode goes on in the terminal of somebody who is not there",
  async () => {
    const slack = await createSlackStandIn({ rateLimits: "none" });
    await using model = await startScriptedModel();
    model.script("say hello", [
      call("bash", { command: "echo hello", description: "Says it" }),
      say("All said."),
    ]);
    await using tui = await runTui({ model, plugin: [inject("pluginURL")], env: slackEnvironment(slack) });

    await tui.sees("Ask anything");
    await tui.type("say hello");
    await tui.sees("say hello");
    await tui.type("Enter");
    await tui.sees("Permission required");
    const card = await slack.channel("C1").waitForMessage();
    await slack.user("U1").press(card, "Allow once");
    await slack
      .channel("C1")
      .waitForMessage((message) => renderPlain(message).includes("Allowed once by @U1"));

    await tui.sees("All said.");
    expect(model.toolResults("say hello")).toEqual(["hello\n"]);
    await slack.close();
  },
);

test.skipIf(!seesTerminal)(
  "answered at the terminal, cards close; and when OpenCode is left, so is Slack",
  async () => {
    const slack = await createSlackStandIn({ rateLimits: "none" });
    await using model = await startScriptedModel();
    model.script("say both", [
      call("bash", { command: "echo first", description: "Says it" }),
      call("bash", { command: "echo second", description: "Says it" }),
      say("All said."),
    ]);
    await using tui = await runTui({ model, plugin: [inject("pluginURL")], env: slackEnvironment(slack) });

    await tui.sees("Ask anything");
    await tui.type("say both");
    await tui.sees("say both");
    await tui.type("Enter");
    await tui.sees("echo first");
    await slack.channel("C1").waitForMessage((message) => renderPlain(message).includes("echo first"));
    await tui.type("Enter");
    await slack
      .channel("C1")
      .waitForMessage((message) => renderPlain(message).includes("Allowed once in OpenCode"));
    const second = await slack
      .channel("C1")
      .waitForMessage((message) => renderPlain(message).includes("echo second"));
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
    await slack.close();
  },
);
