/** Who sits at the terminal answers there, and nothing of it reaches Slack. */

import { expect, test } from "vitest";
import { until } from "../support/opencode/until.ts";
import { startGateway, type SmallGateway } from "../support/small-gateway.ts";

const startPatient = async (seconds: string) =>
  startGateway(undefined, undefined, { OPENCODE_SLACK_GATEWAY_POST_AFTER_SECONDS: seconds });

/** Resolves when a gateway that waits for nobody has posted what it was asked at the same time. */
async function wouldHavePosted(): Promise<void> {
  await using other = await startGateway();
  other.asked(1, "echo at once");
  await other.card("echo at once");
}

test.each<readonly [string, object, (patient: SmallGateway) => void]>([
  ["is answered in the terminal in time", { reply: "once" }, (patient) => patient.replied("per_1", "once")],
  [
    "ends with its session in time",
    { reason: "session-idle" },
    ({ gateway }) => gateway.sessionIdle("ses_1"),
  ],
])("what %s never reaches Slack", async (_, how, end) => {
  await using patient = await startPatient("600");
  patient.asked(1, "echo at the terminal");
  await wouldHavePosted();
  end(patient);
  await until(
    "its life ends",
    async () => (await patient.logged("closed before it needed a card")).length > 0,
  );
  expect(await patient.logged("closed before it needed a card")).toMatchObject([how]);
  expect(patient.slack.calls()).toEqual([]);
});

test("what nobody answers in time gets its card", async () => {
  await using patient = await startPatient("1");
  patient.asked(1, "echo nobody answers");
  const card = await patient.card("echo nobody answers");
  await patient.slack.user("U1").press(card, "Allow once");
  await until("OpenCode hears of it", () => patient.received.length > 0);
  expect(patient.received).toEqual(["POST /session/ses_1/permissions/per_1"]);
});
