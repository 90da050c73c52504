/** The packed plugin in OpenCode 2, of which there is only a stand-in here: test/support/opencode2. */

import { expect, test } from "vitest";
import { sitDownAtHost } from "../support/opencode2/desk.ts";
import { renderPlain } from "../support/slack/plain.ts";

test("a command is asked about, allowed with a press, and run without the gateway's variables", async () => {
  await using desk = await sitDownAtHost();
  const { ref } = await desk.openLocation("project");
  const session = desk.host.createSession(ref);

  const running = desk.host.call(session, "shell", { command: "npm run build" });
  const card = await desk.card("npm run build");
  expect(renderPlain(card)).toContain("[Allow once]");
  await desk.slack.user("U1").press(card, "Allow once");

  expect(await running).toMatchObject({ kind: "ran", env: { SLACK_BOT_TOKEN: "", SLACK_APP_TOKEN: "" } });
  await desk.cardSays(card, "Allowed once by @U1");
});
