import { mkdtemp, readdir, readFile, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig, type Config } from "../../../src/composition/config.ts";
import { watchTokens } from "../../../src/composition/token-watch.ts";
import { slackEnvironment } from "../../support/desk.ts";
import { silentLog } from "../../support/silent-log.ts";
import { createSlackStandIn, type SlackStandIn } from "../../support/slack/stand-in.ts";

let slack: SlackStandIn;
let folder: string;

beforeEach(async () => {
  slack = await createSlackStandIn();
  folder = await mkdtemp(path.join(tmpdir(), "tokens-"));
});
afterEach(async () => {
  await slack.close();
  await rm(folder, { recursive: true });
});

/** What an OpenCode that starts to work tells its user. */
async function watch(): Promise<string[]> {
  const said: string[] = [];
  const { config } = readConfig(undefined, { ...slackEnvironment(slack), XDG_STATE_HOME: folder }) as {
    config: Config;
  };
  await watchTokens(config, (advice) => said.push(advice), silentLog);
  return said;
}

const notes = () => path.join(folder, "opencode-slack-gateway", "token-checks");
const asked = () =>
  slack
    .calls()
    .map(({ method }) => method)
    .sort();

test("Slack is asked once for each token, and after an hour again", async () => {
  expect([await watch(), await watch()]).toEqual([[], []]);
  expect(asked()).toEqual(["apps.connections.open", "auth.test"]);
  const old = Date.now() / 1_000 - 3_601;
  for (const name of await readdir(notes())) await utimes(path.join(notes(), name), old, old);
  await watch();
  expect(asked()).toHaveLength(4);
  expect(slack.complaints()).toEqual([]);
});

test("a refused token is named, also by the next OpenCode, which does not ask again", async () => {
  slack.installation.revoke("app", "invalid_auth");
  const sentence = expect.stringMatching(
    /^Slack does not accept the token in SLACK_APP_TOKEN: copy it again/,
  );
  expect([await watch(), await watch()]).toEqual([[sentence], [sentence]]);
  expect(asked()).toHaveLength(2);
});

test("nothing of a token is in the notes, and nobody else can read them", async () => {
  slack.installation.revoke("bot");
  await watch();
  const names = await readdir(notes());
  const texts = await Promise.all(names.map(async (name) => readFile(path.join(notes(), name), "utf8")));
  expect(names).toEqual([expect.stringMatching(/^[0-9a-f]{24}$/), expect.stringMatching(/^[0-9a-f]{24}$/)]);
  expect(texts.sort()).toEqual(["", "token_revoked"]);
});

test("while Slack is away nothing is said of the tokens, and it is asked again", async () => {
  const end = slack.outage({ status: 503 });
  expect(await watch()).toEqual([]);
  end();
  await watch();
  expect(asked()).toHaveLength(4);
});
