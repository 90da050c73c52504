import { describe, expect, test } from "vitest";
import { judgeCommand, rulesOf } from "../../support/judging.ts";
import { HONEST_CODE, RISKY_CODE } from "../../support/corpora/told-code.ts";

describe("code that a command tells an interpreter", () => {
  test.each(RISKY_CODE)("asks a second time where it does harm or hides it: %s", (command) => {
    expect(judgeCommand(command).allow).toBe("confirm");
  });

  test.each(HONEST_CODE)("asks no second time where people can read that it does none: %s", (command) => {
    expect(judgeCommand(command)).toEqual({ allow: "offered" });
  });

  test.each([
    ...RISKY_CODE,
    `python3 -c "import app; print(app.VERSION)"`,
    `python3 <<'E'\nimport app\nE`,
    "node -e 'app.start()'",
  ])("may run whatever a pattern means, and is listed nowhere: %s", (command) => {
    expect(judgeCommand(command, rulesOf({ terminalOnly: "deploy *" })).allow).toBe("terminal-only");
    expect(judgeCommand(command, rulesOf({ terminalOnly: "rm-recursive" })).allow).toBe("terminal-only");
    expect(judgeCommand(command, rulesOf({ confirm: "deploy *" })).allow).toBe("confirm");
    expect(judgeCommand(command, rulesOf({ slackMayAllow: "*" })).allow).toBe("terminal-only");
  });

  test("is a rule by its name, which can be taken away", () => {
    const command = "python3 -c 'import subprocess'";
    expect(judgeCommand(command)).toEqual({
      allow: "confirm",
      why: "This matches the rule `interpreter-code`.",
    });
    expect(judgeCommand(command, rulesOf({ confirm: "default, !interpreter-code" }))).toEqual({
      allow: "offered",
    });
  });

  test("hides no other command of the same line", () => {
    expect(judgeCommand("python3 -c 'import app' && rm -rf x").allow).toBe("confirm");
    expect(judgeCommand("python3 <<'E'\nimport app\nE\ngit push --force").allow).toBe("confirm");
    expect(judgeCommand("python3 -c 'import app'; eval x").allow).toBe("confirm");
  });
});
