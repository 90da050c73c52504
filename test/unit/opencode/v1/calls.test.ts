import { beforeEach, describe, expect, test, vi } from "vitest";
import type { AskingCall } from "../../../../src/opencode/asking-call.ts";
import { createCalls, type Calls } from "../../../../src/opencode/v1/calls.ts";
import { readCall } from "../../../support/read-call.ts";

let calls: Calls;
beforeEach(() => {
  calls = createCalls();
});

const began = (callID: string, tool: string, args: unknown, sessionID = "ses_1") =>
  calls.began({ tool, sessionID, callID }, args);
const ended = (callID: string) => calls.ended({ tool: "bash", sessionID: "ses_1", callID });
const asked = (
  id: string,
  callID: string,
  permission = "bash",
  { sessionID = "ses_1", messageID = "msg_1" } = {},
) => readCall(find(id, callID, permission, { sessionID, messageID }));
const find = (
  id: string,
  callID: string,
  permission = "bash",
  { sessionID = "ses_1", messageID = "msg_1" } = {},
): AskingCall =>
  calls.hear({
    type: "permission.asked",
    properties: { id, sessionID, permission, tool: { messageID, callID } },
  });
const replied = (requestID: string, reply: string) =>
  calls.hear({ type: "permission.replied", properties: { sessionID: "ses_1", requestID, reply } });
const status = (type: string) =>
  calls.hear({ type: "session.status", properties: { sessionID: "ses_1", status: { type } } });
const idle = () => calls.hear({ type: "session.idle", properties: { sessionID: "ses_1" } });

const command = (text: string) => ({ tool: "bash", args: { command: text } });

test("a plugin that changes arguments in place changes what is told", () => {
  const args = { command: "git status" };
  began("call_1", "bash", args);
  args.command = "git push";
  expect(asked("per_1", "call_1")).toEqual(command("git push"));
  args.command = "git pull";
  expect(asked("per_2", "call_1")).toEqual(command("git pull"));
});

test("to find out who asks takes no look at the arguments; and it stays the one, when it is read later", () => {
  const looked = vi.fn(Reflect.ownKeys);
  began("call_1", "bash", new Proxy({ command: "ls" }, { ownKeys: looked }));
  const asking = find("per_1", "call_1");
  expect(looked).not.toHaveBeenCalled();
  replied("per_1", "once");
  ended("call_1");
  began("call_1", "bash", { command: "rm -rf ~" });
  expect(readCall(asking)).toEqual(command("ls"));
  expect(looked).toHaveBeenCalled();
});

test("a call that did not begin, or is of another session, is not known", () => {
  began("call_1", "bash", { command: "ls" }, "ses_2");
  expect(asked("per_1", "call_1")).toBeUndefined();
  expect(calls.hear({ type: "permission.asked", properties: { id: "per_2", sessionID: "ses_2" } })).toBe(
    undefined,
  );
  expect(asked("per_3", "call_1", "bash", { sessionID: "ses_2" })).toEqual(command("ls"));
});

describe("two calls with one ID", () => {
  test("that both run when one asks cannot be told apart, whichever asks", () => {
    began("call_0", "bash", { command: "rm -rf ~" });
    began("call_0", "bash", { command: "ls" });
    expect(asked("per_1", "call_0")).toBe("unclear");
    expect(asked("per_2", "call_0")).toBe("unclear");
    ended("call_0");
    expect(asked("per_3", "call_0")).toBe("unclear");
  });

  test("can be told apart as long as only one has begun", () => {
    began("call_0", "mcp", { title: "A" });
    expect(asked("per_1", "call_0", "mcp")).toEqual({ tool: "mcp", args: { title: "A" } });
    began("call_0", "mcp", { title: "B" });
    expect(asked("per_2", "call_0", "mcp")).toBe("unclear");
  });

  test("are no matter when both have ended", () => {
    began("call_0", "bash", { command: "one" });
    began("call_0", "bash", { command: "two" });
    ended("call_0");
    ended("call_0");
    began("call_0", "bash", { command: "three" });
    expect(asked("per_1", "call_0")).toEqual(command("three"));
  });

  test("that are of two sessions are two calls", () => {
    began("call_0", "bash", { command: "one" });
    began("call_0", "bash", { command: "two" }, "ses_2");
    expect(asked("per_1", "call_0")).toEqual(command("one"));
  });
});

function again() {
  began("call_0", "bash", { command: "second" });
  return asked("per_2", "call_0", "bash", { messageID: "msg_2" });
}

describe("a server that uses one ID again and again is believed when the call before", () => {
  beforeEach(() => {
    status("busy");
    began("call_0", "bash", { command: "first" });
    asked("per_1", "call_0");
  });

  test("has ended", () => {
    replied("per_1", "once");
    ended("call_0");
    expect(again()).toEqual(command("second"));
  });

  test("was rejected", () => {
    replied("per_1", "reject");
    expect(again()).toEqual(command("second"));
  });

  test("has failed, and the next step has begun", () => {
    replied("per_1", "once");
    status("busy");
    expect(again()).toEqual(command("second"));
  });

  test("was aborted", () => {
    idle();
    expect(again()).toEqual(command("second"));
  });

  test("was of a session that was deleted", () => {
    calls.hear({ type: "session.deleted", properties: { info: { id: "ses_1" } } });
    expect(again()).toEqual(command("second"));
  });
});

test("a call that asks goes on when the model is asked again, so that another with its ID is unclear", () => {
  status("busy");
  began("call_0", "bash", { command: "first" });
  asked("per_1", "call_0");
  status("retry");
  status("busy");
  began("call_0", "bash", { command: "second" });
  expect(asked("per_2", "call_0")).toBe("unclear");
});

test("a call that asked when its turn was over, and goes on all the same, is not taken for a later one", () => {
  began("call_0", "bash", { command: "first" });
  asked("per_1", "call_0");
  idle();
  began("call_0", "bash", { command: "second" });
  expect(asked("per_2", "call_0", "bash", { messageID: "msg_1" })).toBeUndefined();
  expect(asked("per_3", "call_0", "bash", { messageID: "msg_2" })).toEqual(command("second"));
});

describe("code that calls tools", () => {
  beforeEach(() => began("call_0", "execute", { code: "…" }));

  test("asks about the call within it", () => {
    began("call_0/1", "tickets_create", { title: "computed" });
    expect(asked("per_1", "call_0", "tickets_create")).toEqual({
      tool: "tickets_create",
      args: { title: "computed" },
      isNested: true,
    });
  });

  test("is nested also where OpenCode asks by the ID of the call within it", () => {
    began("call_0/1", "tickets_create", { title: "computed" });
    expect(asked("per_1", "call_0/1", "tickets_create")).toMatchObject({ isNested: true });
  });

  test("asks about one after the other, also when one has failed without a word", () => {
    began("call_0/1", "tickets_create", { title: "A" });
    asked("per_1", "call_0", "tickets_create");
    replied("per_1", "once");
    began("call_0/2", "tickets_create", { title: "B" });
    expect(asked("per_2", "call_0", "tickets_create")).toMatchObject({ args: { title: "B" } });
  });

  test("of two calls of a tool at the same time, nobody can tell which asks", () => {
    began("call_0/1", "tickets_create", { title: "A" });
    began("call_0/2", "tickets_create", { title: "B" });
    expect(asked("per_1", "call_0", "tickets_create")).toBe("unclear");
  });

  test("of calls of two tools, the tool tells", () => {
    began("call_0/1", "tickets_create", { title: "A" });
    began("call_0/2", "tickets_close", { id: 1 });
    expect(asked("per_1", "call_0", "tickets_close")).toMatchObject({ args: { id: 1 } });
  });

  test("a permission that no call within it is for is unclear", () => {
    began("call_0/1", "tickets_create", { title: "A" });
    expect(asked("per_1", "call_0", "deploy")).toBe("unclear");
  });

  test("a call that only calls itself one within it makes it unclear", () => {
    began("call_0/1", "tickets_create", { title: "hidden" });
    began("call_0/7", "tickets_create", { title: "shown" });
    expect(asked("per_1", "call_0", "tickets_create")).toBe("unclear");
    began("call_0/7", "tickets_create", { title: "shown" });
    ended("call_0/1");
    expect(asked("per_2", "call_0", "tickets_create")).toBe("unclear");
  });

  test("a plugin's tool of that name asks for itself", () => {
    expect(asked("per_1", "call_0", "deploy")).toEqual({ tool: "execute", args: { code: "…" } });
  });
});

test("a call that calls itself one within another tool is not taken for it", () => {
  began("call_0", "tickets_create", { title: "hidden" });
  began("call_0/1", "tickets_create", { title: "shown" });
  expect(asked("per_1", "call_0", "tickets_create")).toMatchObject({ args: { title: "hidden" } });
});
