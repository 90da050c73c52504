import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkToken, checkTokenKind } from "../../../../src/commands/checks/tokens.ts";
import { listenOnce } from "../../../support/free-port.ts";
import { createSlackStandIn, type SlackStandIn } from "../../../support/slack/stand-in.ts";

describe("by their looks", () => {
  test.each([
    [{ SLACK_BOT_TOKEN: "xoxb-1-2-x" }, "ok", "SLACK_BOT_TOKEN is set, and looks like a bot token"],
    [{}, "wrong", "SLACK_BOT_TOKEN is not set"],
    [
      { SLACK_BOT_TOKEN: "xapp-1-2-secret" },
      "wrong",
      "holds an app token (xapp-…), which belongs in SLACK_APP_TOKEN: the two look swapped",
    ],
    [{ SLACK_BOT_TOKEN: "xoxp-1-2-secret" }, "wrong", "holds a user token (xoxp-…)"],
    [{ SLACK_BOT_TOKEN: "xoxe.xoxb-1-secret" }, "wrong", "holds a token that expires"],
    [{ SLACK_BOT_TOKEN: "secret" }, "wrong", "does not start with xoxb-"],
  ])("%j is %s", (env, state, what) => {
    const check = checkTokenKind("SLACK_BOT_TOKEN", env);
    expect(check).toMatchObject({ state, what: expect.stringContaining(what) });
    expect(check.fix?.includes("Copy the Bot User OAuth Token (xoxb-…)") ?? false).toBe(state === "wrong");
    expect(JSON.stringify(check)).not.toContain("secret");
  });
});

describe("by Slack", () => {
  let slack: SlackStandIn;
  beforeEach(async () => (slack = await createSlackStandIn()));
  afterEach(async () => slack.close());

  const variables = ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"] as const;

  async function ask(variable: (typeof variables)[number], token: string, apiURL = slack.apiUrl) {
    const { check } = await checkToken(variable, token, {
      apiURL,
      httpsProxy: undefined,
      noProxy: undefined,
    });
    expect(JSON.stringify(check)).not.toContain(token);
    return check;
  }

  test("both are taken, by one call each, and no connection is opened", async () => {
    expect(await ask("SLACK_BOT_TOKEN", slack.botToken)).toEqual({
      state: "ok",
      what: "Slack takes the token in SLACK_BOT_TOKEN, in the workspace Stand-in",
    });
    expect(await ask("SLACK_APP_TOKEN", slack.appToken)).toMatchObject({ state: "ok" });
    expect(slack.calls().map(({ method }) => method)).toEqual(["auth.test", "apps.connections.open"]);
    expect(slack.mostConnections()).toBe(0);
    expect(slack.complaints()).toEqual([]);
  });

  test.each(variables)("the refused one is named: %s", async (variable) => {
    expect(await ask(variable, "xoxb-nobody")).toEqual({
      state: "wrong",
      what: `Slack refuses the token in ${variable} (invalid_auth)`,
      fix: `Slack does not accept the token in ${variable}: copy it again from the app's page, and check that the app is installed; then restart OpenCode.`,
    });
  });

  test("an app token without its scope, and Socket Mode that is off, are told apart", async () => {
    slack.installation.scopes.app.clear();
    expect((await ask("SLACK_APP_TOKEN", slack.appToken)).fix).toContain("lacks the scope connections:write");
    slack.outage({ error: "link_disabled" });
    expect((await ask("SLACK_APP_TOKEN", slack.appToken)).fix).toContain("Socket Mode is off");
  });

  test("where Slack is not there, or in trouble, nothing is said of the token", async () => {
    const nobody = await ask(
      "SLACK_BOT_TOKEN",
      slack.botToken,
      `http://127.0.0.1:${await listenOnce(0)}/api/`,
    );
    expect(nobody).toMatchObject({ state: "wrong", what: "Slack cannot be asked about SLACK_BOT_TOKEN" });
    expect(nobody.fix).toBe("No connection to 127.0.0.1 (ECONNREFUSED): is a proxy needed (HTTPS_PROXY)?");
    slack.outage({ error: "internal_error" });
    expect(await ask("SLACK_BOT_TOKEN", slack.botToken)).toMatchObject({ state: "unknown" });
    slack.outage({ status: 503 });
    expect(await ask("SLACK_BOT_TOKEN", slack.botToken)).toMatchObject({
      state: "unknown",
    });
  });
});
