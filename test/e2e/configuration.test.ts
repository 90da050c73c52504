import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { sitDown, type Desk } from "../support/desk.ts";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { hasTmux, runTui } from "../support/opencode/tui.ts";
import { until } from "../support/opencode/until.ts";
import { renderPlain } from "../support/slack/plain.ts";
import { startScriptedModel } from "../support/opencode/scripted-model.ts";

/** OpenCode asks, is answered at the terminal, and goes on: it is as if we were not there. */
async function worksWithoutSlack(desk: Desk): Promise<void> {
  const task = await desk.start([bash("echo undisturbed"), say("done")]);
  await desk.replyInOpenCode(task, "once");
  await task.end();
  expect(task.toolResults()).toEqual(["undisturbed\n"]);
  expect(desk.opencode.stderr()).toBe("");
}

test("without tokens OpenCode is undisturbed, and one log entry names all that is missing", async () => {
  const env = { SLACK_BOT_TOKEN: undefined, SLACK_APP_TOKEN: undefined, SLACK_CHANNEL_ID: undefined };
  await using desk = await sitDown({ env });
  await worksWithoutSlack(desk);
  const problems = (await desk.log()).flatMap((entry) => entry["problems"] ?? []);
  expect(problems).toEqual([
    expect.stringContaining("SLACK_BOT_TOKEN is not set"),
    expect.stringContaining("SLACK_APP_TOKEN is not set"),
    expect.stringContaining("SLACK_CHANNEL_ID is not set"),
  ]);
  expect(desk.slack.calls()).toEqual([]);
});

test("with swapped tokens the log says that they are swapped, and not what they are", async () => {
  await using desk = await sitDown({
    env: { SLACK_BOT_TOKEN: "xapp-1-swapped", SLACK_APP_TOKEN: "xoxb-1-swapped" },
  });
  await worksWithoutSlack(desk);
  const log = JSON.stringify(await desk.log());
  expect(log).toContain("the two look swapped");
  expect(log).not.toContain("1-swapped");
});

test("with tokens that Slack refuses OpenCode is undisturbed, and the log says what to check", async () => {
  await using desk = await sitDown({ env: { SLACK_APP_TOKEN: "xapp-1-revoked" } });
  const task = await desk.start([bash("echo undisturbed"), say("done")]);
  await desk.slack.waitFor(() => desk.slack.calls("apps.connections.open").length > 0);
  await until("a toast names the token, and the doctor", async () =>
    desk.told().some(({ type, properties }) => {
      const said = type === "tui.toast.show" ? JSON.stringify(properties) : "";
      return said.includes("the token in SLACK_APP_TOKEN") && said.includes("opencode-slack-gateway doctor");
    }),
  );
  // Answered earlier, it would no longer matter whether Slack takes the token.
  await until("the log says what to check", async () =>
    JSON.stringify(await desk.log()).includes("Slack does not accept the token in SLACK_APP_TOKEN"),
  );
  await desk.replyInOpenCode(task, "once");
  await task.end();
  expect(task.toolResults()).toEqual(["undisturbed\n"]);
  expect(desk.slack.channel("C1").messages()).toEqual([]);
});

test("no approver: the card says so, and whoever presses learns the ID and the variable to put it in", async () => {
  await using desk = await sitDown({ env: { SLACK_APPROVER_IDS: undefined } });
  await desk.start([bash("echo nobody"), say("done")]);
  const card = await desk.card("echo nobody");
  expect(renderPlain(card)).toContain("Nobody may answer from Slack yet: SLACK_APPROVER_IDS is empty.");
  await desk.slack.user("U2").press(card, "Allow once");
  await desk.slack.waitFor(() => desk.slack.user("U2").ephemerals().length > 0);
  expect(renderPlain(desk.slack.user("U2").ephemerals()[0] ?? {})).toContain("set SLACK_APPROVER_IDS=U2");
  expect(renderPlain(card)).toContain("[Allow once]");
});

test("* lets nobody answer in a public channel", async () => {
  await using desk = await sitDown({ env: { SLACK_APPROVER_IDS: "*" } });
  const task = await desk.start([bash("echo public"), say("done")]);
  const card = await desk.card("echo public");
  expect(renderPlain(card)).toContain("this channel is not private");
  await desk.slack.user("U2").press(card, "Allow once");
  await desk.slack.waitFor(() => desk.slack.user("U2").ephemerals().length > 0);
  expect(task.toolResults()).toEqual([]);
});

describe("an OpenCode whose private channel may answer, and whose log cannot be written", () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await sitDown({
      slack: { channels: [{ id: "C1", kind: "private", members: ["U1", "U2"] }] },
      env: { SLACK_APPROVER_IDS: "*", OPENCODE_SLACK_GATEWAY_LOG_FILE: "/proc/nowhere/gateway.log" },
    });
  });
  afterAll(async () => desk[Symbol.asyncDispose]());

  test("an unwritable log costs nothing but the log", async () => {
    const task = await desk.start([bash("echo unlogged"), say("done")]);
    const card = await desk.card("echo unlogged");
    await desk.slack.user("U1").press(card, "Allow once");
    await desk.cardSays(card, "Allowed once by @U1");
    await task.end();
    expect(task.toolResults()).toEqual(["unlogged\n"]);
  });

  test("* lets everybody answer in a private channel", async () => {
    const task = await desk.start([bash("echo private"), say("done")]);
    const card = await desk.card("echo private");
    await desk.slack.user("U2").press(card, "Allow once");
    await desk.cardSays(card, "Allowed once by @U2");
    await task.end();
    expect(task.toolResults()).toEqual(["private\n"]);
  });
});

test("a person's ID as channel makes cards direct messages, and that person the approver", async () => {
  await using desk = await sitDown({ env: { SLACK_CHANNEL_ID: "U1", SLACK_APPROVER_IDS: undefined } });
  const task = await desk.start([bash("echo direct"), say("done")]);
  await desk.slack.waitFor(() =>
    desk.slack.calls("chat.postMessage").some(({ answer }) => answer?.["ok"] === true),
  );
  const channel = String(desk.slack.calls("chat.postMessage")[0]?.answer?.["channel"]);
  const card = await desk.slack.channel(channel).waitForMessage();
  await desk.slack.user("U1").press(card, "Allow once");
  await task.end();
  expect(task.toolResults()).toEqual(["direct\n"]);
});

describe("an OpenCode whose server has no password", () => {
  let desk: Desk;
  beforeAll(async () => {
    // What else they change, no other test looks at.
    desk = await sitDown({
      opencode: { plugin: [[inject("pluginURL"), { allowAlways: false }]] },
      env: {
        OPENCODE_SLACK_GATEWAY_SOCKET_DIR: "/tmp",
        // As it is by default.
        OPENCODE_SLACK_GATEWAY_MENTION: undefined,
        OPENCODE_SLACK_GATEWAY_MAY_ALLOW_ALWAYS: "dirname *, basename *",
      },
    });
  });
  afterAll(async () => desk[Symbol.asyncDispose]());

  test("keeps our tokens from the commands that it runs", async () => {
    const task = await desk.start([
      bash('echo "[$SLACK_BOT_TOKEN$SLACK_APP_TOKEN$SLACK_APPROVER_IDS]"'),
      say("done"),
    ]);
    await desk.slack.user("U1").press(await desk.card("SLACK_BOT_TOKEN"), "Allow once");
    await task.end();
    expect(task.toolResults()).toEqual(["[]\n"]);
  });

  test("sets no login for them", async () => {
    const task = await desk.start([
      bash('echo "${OPENCODE_SERVER_USERNAME-unset} ${OPENCODE_SERVER_PASSWORD-unset}"'),
      say("done"),
    ]);
    await desk.slack.user("U1").press(await desk.card("OPENCODE_SERVER_USERNAME"), "Allow once");
    await task.end();
    expect(task.toolResults()).toEqual(["unset unset\n"]);
  });

  test("is warned of, in the log and in OpenCode", async () => {
    await desk.start([bash("echo open"), say("done")]);
    await desk.card("echo open");
    const warning = expect.stringContaining("OpenCode's server has no password");
    expect(await desk.log()).toContainEqual(expect.objectContaining({ msg: warning }));
    await until("a toast says so", async () =>
      desk
        .told()
        .some(
          ({ type, properties }) =>
            type === "tui.toast.show" && JSON.stringify(properties).includes("has no password"),
        ),
    );
  });

  test("the option allowAlways: false takes the button away", async () => {
    await desk.start([bash("basename narrow"), say("done")]);
    expect(renderPlain(await desk.card("basename narrow"))).toMatch(
      /\[Allow once\] \[Allow for 30 min\] \[Reject\] \[Reject with reason…\]\n@U1$/,
    );
  });

  test("a directory of sockets that is open to others is not used; presses arrive all the same", async () => {
    const task = await desk.start([bash("echo alone"), say("done")]);
    await desk.slack.user("U1").press(await desk.card("echo alone"), "Allow once");
    await task.end();
    expect(task.toolResults()).toEqual(["alone\n"]);
    expect(JSON.stringify(await desk.log())).toContain("cannot share a connection");
  });
});

describe("an OpenCode whose server has a password", () => {
  let desk: Desk;
  beforeAll(async () => {
    const env = { OPENCODE_SERVER_USERNAME: "opencode" };
    desk = await sitDown({ env, opencode: { password: "open sesame" } });
  });
  afterAll(async () => desk[Symbol.asyncDispose]());

  test("keeps it from the commands that it runs, and goes on to want it", async () => {
    const task = await desk.start([
      bash('echo "[$OPENCODE_SERVER_PASSWORD$OPENCODE_SERVER_USERNAME]"'),
      bash(`curl -s -o /dev/null -w '%{http_code}' ${desk.opencode.url}/session`),
      say("done"),
    ]);
    await desk.slack.user("U1").press(await desk.card("OPENCODE_SERVER_PASSWORD"), "Allow once");
    await desk.slack.user("U1").press(await desk.card("curl"), "Allow once");
    await task.end();
    expect(task.toolResults()).toEqual(["[]\n", "401"]);
  });

  test("is answered, and not warned of", async () => {
    const task = await desk.start([bash("echo closed"), say("done")]);
    await desk.slack.user("U1").press(await desk.card("echo closed"), "Allow once");
    await task.end();
    expect(task.toolResults()).toEqual(["closed\n"]);
    expect(JSON.stringify(await desk.log())).not.toContain("has no password");
  });
});

const seesTerminal = await hasTmux();
if (!seesTerminal) console.log("Skipped: the toast needs tmux to be seen, which is not installed.");

test.skipIf(!seesTerminal)("what is missing is shown to the person at the terminal", async () => {
  await using model = await startScriptedModel();
  model.script("hello", [say("Hello to you.")]);
  await using tui = await runTui({ model, plugin: [inject("pluginURL")] });
  await tui.sees("Ask anything");
  await tui.type("hello");
  await tui.sees("hello");
  await tui.type("Enter");
  await tui.sees("SLACK_BOT_TOKEN is not set");
  await tui.sees("Run npx opencode-slack-gateway doctor");
});
