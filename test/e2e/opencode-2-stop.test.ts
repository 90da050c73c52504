/** "Reject all and stop" in OpenCode 2, of which there is only a stand-in here: test/support/opencode2. */

import { afterEach, expect, test } from "vitest";
import { sitDownAtHost, type HostDesk } from "../support/opencode2/desk.ts";
import type { Ran } from "../support/opencode2/host.ts";
import type { SessionInfo } from "../support/opencode2/told.ts";
import { until } from "../support/opencode/until.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";

const BUTTON = "Reject all and stop";

let desk: HostDesk;
afterEach(async () => desk[Symbol.asyncDispose]());

const user = () => desk.slack.user("U1");

async function ask(session: SessionInfo, what: string): Promise<{ card: Message; running: Promise<Ran> }> {
  const running = desk.host.call(session, "shell", { command: `echo ${what}` });
  return { card: await desk.card(`echo ${what}`), running };
}

/** With a reason, so that the agent goes on; then the next card offers to stop the session. */
async function rejectThree(session: SessionInfo): Promise<void> {
  for (const n of [1, 2, 3]) {
    const { card, running } = await ask(session, `off its way ${n}`);
    await user().press(card, "Reject with reason…");
    const view = await until("the dialog is open", () => user().views()[0]);
    await user().submit(view, { Reason: "Stop that." });
    expect(await running).toEqual({ kind: "corrected", feedback: "Stop that." });
  }
}

const interruptions = () =>
  desk.host.bus.told
    .filter(({ type }) => type === "session.execution.interrupted")
    .map(({ data }) => [data["sessionID"], data["reason"]]);

test("it rejects what a session and its subagent ask, and interrupts that session alone", async () => {
  desk = await sitDownAtHost();
  const { ref } = await desk.openLocation("project");
  const session = desk.host.createSession(ref);
  await rejectThree(session);
  const child = await ask(desk.host.createSession(ref, session), "below");
  const other = await ask(desk.host.createSession(ref), "apart");
  const { card, running } = await ask(session, "once more");
  await user().press(card, BUTTON, { confirm: true });

  await desk.cardSays(card, "❌ Rejected, and the session stopped by @U1");
  await desk.cardSays(child.card, "Rejected");
  expect(await Promise.all([running, child.running])).toEqual([{ kind: "declined" }, { kind: "declined" }]);
  expect(interruptions()).toEqual([[session.id, "user"]]);
  expect(await desk.cardSays(other.card, "echo apart")).toContain("[Allow once]");
});

test("pressed where a subagent is off its way, it interrupts the session that started it", async () => {
  desk = await sitDownAtHost();
  const { ref } = await desk.openLocation("project");
  const session = desk.host.createSession(ref);
  const child = desk.host.createSession(ref, session);
  await rejectThree(child);
  const { card, running } = await ask(child, "once more");
  await user().press(card, BUTTON, { confirm: true });
  await desk.cardSays(card, "❌ Rejected, and the session stopped by @U1");
  expect(await running).toEqual({ kind: "declined" });
  expect(interruptions()).toEqual([[session.id, "user"]]);
});

test("where OpenCode does not stop the session, the card does not say so, and who pressed is told", async () => {
  desk = await sitDownAtHost({ without: ["session.interrupt"] });
  const { ref } = await desk.openLocation("project");
  const session = desk.host.createSession(ref);
  await rejectThree(session);
  const { card, running } = await ask(session, "once more");
  await user().press(card, BUTTON, { confirm: true });
  expect(await running).toEqual({ kind: "declined" });
  await desk.slack.waitFor(() => user().ephemerals().length > 0);
  expect(user().ephemerals().map(renderPlain)).toEqual([
    "Everything that was open is rejected. The gateway told OpenCode to stop the session, but OpenCode did not confirm it: look in OpenCode.",
  ]);
  expect(await desk.cardSays(card, "Rejected")).not.toContain("stopped");
});
