import { expect, test } from "vitest";
import { readConfig } from "../../../src/composition/config.ts";
import { sayBriefly, sayInThreeLines, sayOff } from "../../../src/composition/toasts.ts";
import { describeUnknown, findUnknownVariables } from "../../../src/composition/unknown-variables.ts";
import { NO_CARD } from "../../../src/gateway/life.ts";
import { ERROR_CODES } from "../../../src/slack/connection/error-codes.ts";

type Refused = Extract<ReturnType<typeof readConfig>, { ok: false }>;

/** As OpenCode's terminal interface breaks it. */
function linesOf(toast: string): string[] {
  return toast.split("\n").flatMap((line) => line.match(/.{1,54}(?:\s|$)|\S{1,54}/g) ?? []);
}

test("a gateway that is off says the first problem and how many more, in three lines", () => {
  const { problems } = readConfig(undefined, { HOME: "/home/ada" }) as Refused;
  expect(sayOff(problems)).toBe(
    "The Slack gateway is off. SLACK_BOT_TOKEN is not set (and 2 more)\nRun npx opencode-slack-gateway doctor",
  );
  const swapped = readConfig(undefined, {
    HOME: "/home/ada",
    SLACK_BOT_TOKEN: "xapp-1",
    SLACK_APP_TOKEN: "xapp-1",
    SLACK_CHANNEL_ID: "C1",
  }) as Refused;
  expect(linesOf(sayOff(swapped.problems)).length).toBeLessThanOrEqual(3);
  expect(sayOff(swapped.problems)).toMatch(/holds an app token .*…\nRun npx/);
});

test("no advice takes more than three lines", () => {
  const all = [...ERROR_CODES.values()].flatMap(({ advice }) => advice ?? []);
  expect(all.length).toBeGreaterThan(20);
  for (const advice of all) {
    const lines = linesOf(sayBriefly(advice));
    expect(lines.length).toBeLessThanOrEqual(3);
    expect(lines.at(-1)).toBe("Run npx opencode-slack-gateway doctor");
  }
});

test("a message that is short stands as it is, and a long one is cut", () => {
  expect(sayInThreeLines(NO_CARD)).toBe(NO_CARD);
  const long = sayInThreeLines(`${NO_CARD} ${NO_CARD}`);
  expect(linesOf(long)).toHaveLength(3);
  expect(long).toMatch(/…\nRun npx opencode-slack-gateway doctor$/);
});

test("a misspelt variable is said with the name that was meant, in three lines", () => {
  const [unknown] = findUnknownVariables({ OPENCODE_SLACK_GATEWAY_TERMINALONLY: "deploy *" }, [
    "OPENCODE_SLACK_GATEWAY_TERMINAL_ONLY",
    "OPENCODE_SLACK_GATEWAY_CONFIRM",
  ]);
  expect(sayBriefly(unknown ? describeUnknown(unknown) : "")).toBe(
    "OPENCODE_SLACK_GATEWAY_TERMINALONLY is not known here: did you mean OPENCODE_SLACK_GATEWAY_TERMINAL_ONLY?…\nRun npx opencode-slack-gateway doctor",
  );
});

test.each([
  ["OPENCODE_SLACK_GATEWAY_CONFRIM", "OPENCODE_SLACK_GATEWAY_CONFIRM"],
  ["opencode_slack_gateway_confirm", "OPENCODE_SLACK_GATEWAY_CONFIRM"],
  ["OPENCODE_SLACK_GATWAY_CONFIRM", "OPENCODE_SLACK_GATEWAY_CONFIRM"],
  ["OPENCODE_SLACK_GATEWAY_SOMETHING_NEW", undefined],
])("%s is unknown", (name, meant) => {
  const known = ["OPENCODE_SLACK_GATEWAY_CONFIRM", "SLACK_BOT_TOKEN"];
  expect(findUnknownVariables({ [name]: "x" }, known)).toEqual([{ name, meant }]);
  expect(findUnknownVariables({ [name]: " " }, known)).toEqual([]);
});

test.each(["OPENCODE_SLACK_GATEWAY_CONFIRM", "SLACK_WEBHOOK", "OPENCODE_CONFIG", "PATH", "SLACK_BOT_TOKENS"])(
  "%s is nothing to be told of",
  (name) => {
    expect(
      findUnknownVariables({ [name]: "x" }, ["OPENCODE_SLACK_GATEWAY_CONFIRM", "SLACK_BOT_TOKEN"]),
    ).toEqual([]);
  },
);
