import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { noteTold, submitPress, type Asked } from "../../src/gateway/asked.ts";
import { createAsks } from "../../src/gateway/asks.ts";
import type { Reply } from "../../src/gateway/domain/ask.ts";
import { createHooks } from "../support/hooks.ts";
import { permissionRequest } from "../support/permission-request.ts";

const requests = createAsks(500, createHooks());
let count = 0;
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date", "performance"] }));
afterEach(() => void vi.useRealTimers());

function ask(sessionID = `ses_${(count += 1)}`): Asked {
  const asked = requests.add(permissionRequest({ requestID: `per_${(count += 1)}`, sessionID }));
  if (typeof asked === "string") throw new Error(asked);
  return asked;
}

const reply = (asked: Asked, answer: Reply) => requests.replied(asked, { kind: "permission", reply: answer });

describe("a person is named for a reply", () => {
  test("that comes while OpenCode is being told of their press", () => {
    const asked = ask();
    asked.submitted = submitPress({ userID: "U1" }, { kind: "permission", reply: "once" });
    vi.advanceTimersByTime(60_000);
    reply(asked, "once");
    expect(asked.state).toMatchObject({ answer: { reply: "once" }, by: { kind: "approver", userID: "U1" } });
  });

  test("that comes shortly after OpenCode did not confirm it", () => {
    const asked = ask();
    asked.submitted = submitPress({ userID: "U1" }, { kind: "permission", reply: "once" });
    noteTold(asked);
    vi.advanceTimersByTime(3_000);
    reply(asked, "once");
    expect(asked.state).toMatchObject({ by: { kind: "approver", userID: "U1" } });
  });
});

describe("nobody is named for a reply", () => {
  test("that comes minutes after OpenCode did not confirm a press: it was given in OpenCode", () => {
    const asked = ask();
    asked.submitted = submitPress({ userID: "U1" }, { kind: "permission", reply: "once" });
    noteTold(asked);
    vi.advanceTimersByTime(3 * 60_000);
    reply(asked, "once");
    expect(asked.state).toMatchObject({ answer: { reply: "once" }, by: { kind: "opencode" } });
  });

  test("nor for those that OpenCode answers along with it", () => {
    const first = ask("ses_shared");
    const second = ask("ses_shared");
    first.submitted = submitPress({ userID: "U1" }, { kind: "permission", reply: "reject" });
    noteTold(first);
    vi.advanceTimersByTime(3 * 60_000);
    reply(first, "reject");
    reply(second, "reject");
    expect(second.state).toMatchObject({ answer: { reply: "reject" }, by: { kind: "opencode" } });
  });

  test("that is another one than theirs", () => {
    const asked = ask();
    asked.submitted = submitPress({ userID: "U1" }, { kind: "permission", reply: "once" });
    reply(asked, "reject");
    expect(asked.state).toMatchObject({ answer: { reply: "reject" }, by: { kind: "opencode" } });
  });
});

describe("what a session that has ended had asked", () => {
  test.each(["session-idle", "session-deleted", "retried"] as const)("is asked no more: %s", (reason) => {
    const asked = ask("ses_ended");
    const other = ask("ses_other");
    requests.sessionEnded("ses_ended", reason);
    expect(asked.state).toMatchObject({ kind: "gone", reason });
    expect(asked.closed.signal.aborted).toBe(true);
    expect(other.state).toEqual({ kind: "asked" });
  });

  test("is answered when somebody answers it in OpenCode all the same", () => {
    const asked = ask("ses_late");
    requests.sessionEnded("ses_late", "session-deleted");
    expect(reply(asked, "once")).toBe("after-all");
    expect(asked.state).toMatchObject({
      kind: "replied",
      answer: { kind: "permission", reply: "once" },
      by: { kind: "opencode" },
    });
    expect(reply(asked, "reject")).toBe("known");
  });
});

test("a reply for a request of which there were two says nothing of either", () => {
  const asked = ask();
  expect(requests.add({ ...asked.request, permission: "something else" })).toBe("changed");
  expect(reply(asked, "once")).toBe("known");
  expect(asked.state).toMatchObject({ kind: "gone", reason: "changed" });
});
