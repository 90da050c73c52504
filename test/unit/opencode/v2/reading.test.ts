/** What is read of OpenCode 2's events when they come, and what later: many may come at the same moment. */

import { expect, test, vi } from "vitest";
import { createCalls } from "../../../../src/opencode/v2/calls.ts";
import { parseEvent } from "../../../../src/opencode/v2/events.ts";
import { readCall } from "../../../support/read-call.ts";

const name = {
  id: "per_1",
  sessionID: "ses_1",
  action: "shell",
  source: { messageID: "msg_1", id: "call_1" },
};

const asked = (data: object) => {
  const event = parseEvent({ type: "permission.asked", data }, "/home/ada/project");
  if (event?.kind !== "asked") throw new Error("It is a request.");
  return event.ask;
};
const formed = (fields: unknown, kind = "question") =>
  parseEvent(
    {
      type: "form.created",
      data: { form: { id: "form_1", sessionID: "ses_1", metadata: { kind }, fields } },
    },
    "/home/ada/project",
  );

const readForm = (fields: unknown) => {
  const event = formed(fields);
  return event?.kind === "question" && event.question.read();
};

/** A value, and whether somebody has looked into it. */
function watched(value: object) {
  const look = vi.fn(Reflect.get);
  return { value: new Proxy(value, { get: look }), look };
}

test("who asks is found out without a look at what is asked, and is read as it stands then", () => {
  const calls = createCalls("/home/ada");
  const input = watched({ command: "ls" });
  const resources = watched(["ls"]);
  calls.began({ sessionID: "ses_1", messageID: "msg_1", id: "call_1", tool: "shell", input: input.value });
  const ask = asked({ ...name, resources: resources.value });
  const asking = calls.find(ask);
  expect(input.look).not.toHaveBeenCalled();
  expect(resources.look).not.toHaveBeenCalled();
  calls.turnEnded("ses_1");
  expect(ask.read()).toMatchObject({ requestID: "per_1", permission: "bash", patterns: ["ls"] });
  expect(readCall(asking)).toEqual({ tool: "bash", args: { command: "ls" } });
});

test.each<readonly [string, object]>([
  ["action", { action: 7 }],
  ["resources", { resources: "ls" }],
])(
  "a request whose %s are not as they should be is there all the same, as one that is not whole",
  (_, odd) => {
    const { sessionID, requestID, read } = asked({ ...name, resources: ["ls"], ...odd });
    expect({ sessionID, requestID }).toEqual({ sessionID: "ses_1", requestID: "per_1" });
    expect(read()).toMatchObject({ requestID: "per_1", patterns: [], isCut: true });
  },
);

test("a question is known by its form, and its fields are looked at later", () => {
  const fields = watched([{ key: "q0", title: "Colour", description: "Which one?", type: "select" }]);
  const event = formed(fields.value);
  expect(event).toMatchObject({ kind: "question", sessionID: "ses_1", question: { requestID: "form_1" } });
  expect(fields.look).not.toHaveBeenCalled();
  expect(readForm(fields.value)).toMatchObject({
    questions: [{ question: "Which one?", header: "Colour" }],
  });
});

test("a question that is not as it should be, or too long, is a question all the same", () => {
  expect(readForm("none")).toMatchObject({ requestID: "form_1", questions: [], isCut: true });
  const field = { key: "q0", type: "select" };
  expect(readForm(Array.from({ length: 100_000 }, () => field))).toMatchObject({ isCut: true });
});

test("a form of another kind is no question", () => {
  expect(formed([], "login")).toBeUndefined();
});
