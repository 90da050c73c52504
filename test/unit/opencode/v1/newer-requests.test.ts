import { describe, expect, test } from "vitest";
import { createNewerRequests } from "../../../../src/opencode/v1/newer-requests.ts";
import { createToldCalls } from "../../../../src/opencode/v1/told-calls.ts";
import { readCall } from "../../../support/read-call.ts";
import { capturedTurn } from "../../../support/captured.ts";

const PROJECT = "/home/dev/project";

test("a request of a session of the newer API has the call that an event told, and saves for good", async () => {
  const { requests } = await capturedTurn("1.18.33", "session-api", PROJECT);
  expect(requests).toMatchObject([
    {
      kind: "permission",
      permission: "bash",
      patterns: ["echo via api"],
      alwaysReach: "project",
      call: { tool: "bash", args: { command: "echo via api", description: "Runs it" } },
    },
  ]);
});

test("of two names for a file, the one that the tool takes is shown, and it is said that there is more", async () => {
  const { requests } = await capturedTurn("1.18.33", "session-api-interrupt", PROJECT);
  expect(requests[1]).toMatchObject({
    permission: "edit",
    call: { tool: "write", args: { filePath: "a.txt", content: "x\n" }, isCut: true },
  });
});

const ask = (action: string) => ({
  sessionID: "ses_1",
  action,
  source: { messageID: "msg_1", callID: "call_1" },
});
const called = (tool: string, callID = "call_1") => ({
  sessionID: "ses_1",
  assistantMessageID: "msg_1",
  callID,
  tool,
  input: { command: `of ${tool}` },
});

describe("a call that an event told", () => {
  test("is not known by an ID that two have", () => {
    const calls = createToldCalls();
    calls.called(called("bash"));
    calls.called(called("bash"));
    expect(calls.find(ask("bash"))).toBe("unclear");
  });

  test("is not the code that calls a tool", () => {
    const calls = createToldCalls();
    calls.called(called("execute"));
    expect(calls.find(ask("tickets_close"))).toBeUndefined();
    expect(readCall(calls.find(ask("execute")))).toMatchObject({ tool: "execute" });
  });

  test("is forgotten when many others have come", () => {
    const calls = createToldCalls();
    calls.called(called("bash"));
    for (let n = 0; n < 1_000; n += 1) calls.called(called("bash", `call_of_others_${n}`));
    expect(calls.find(ask("bash"))).toBeUndefined();
  });
});

test("what a step asked is asked no more when the step is over; of other sessions nothing is known", () => {
  const newer = createNewerRequests();
  newer.asked({ requestID: "per_1", sessionID: "ses_1" });
  newer.asked({ requestID: "per_2", sessionID: "ses_2" });
  newer.replied("per_2");
  expect([newer.has("per_1"), newer.has("per_2")]).toEqual([true, false]);
  expect([newer.stepEnded("ses_1"), newer.stepEnded("ses_1"), newer.stepEnded("ses_2")]).toEqual([
    true,
    false,
    false,
  ]);
});
