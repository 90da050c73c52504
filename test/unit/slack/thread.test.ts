import * as fc from "fast-check";
import { expect, test } from "vitest";
import { divideDetails } from "../../../src/slack/cards/thread.ts";

const LIMIT = 2_000;

test("what has room in one message is left as it is", () => {
  const details = [
    { label: "Command", text: "git push\n" },
    { label: "Working directory", text: "/project" },
  ];
  expect(divideDetails(details, LIMIT, 3)).toEqual([details]);
});

test("a text is divided between lines, and the label says that it goes on", () => {
  const lines = Array.from({ length: 100 }, (_, n) => `echo this is line ${n} of the script\n`).join("");
  const messages = divideDetails([{ label: "Command", text: lines }], LIMIT, 3) ?? [];
  expect(messages.map((details) => details.map(({ label }) => label))).toEqual([
    ["Command"],
    ["Command (continued)"],
    ["Command (continued)"],
  ]);
  for (const [detail] of messages) expect(detail?.text).toMatch(/^echo this is line \d+ of the script\n/);
});

test("a line that is too long is divided, and the label says that it is the same line", () => {
  const messages = divideDetails([{ label: "Command", text: "x".repeat(3_000) }], LIMIT, 3);
  expect(messages?.map(([detail]) => detail?.label)).toEqual([
    "Command",
    "Command (continued on the same line)",
  ]);
});

test("an escape and a mark are never divided", () => {
  for (const mark of [String.raw`\u{202E}`, String.raw`\u{20×57}`, "‹masked: 40 characters›"]) {
    for (let before = LIMIT - 400; before < LIMIT; before += 1) {
      const messages = divideDetails([{ label: "Command", text: `${"x".repeat(before)}${mark}y` }], LIMIT, 3);
      const parts = messages?.flat().map(({ text }) => text) ?? [];
      expect(parts.filter((part) => part.includes(mark))).toHaveLength(1);
    }
  }
});

test("nothing is left out of any details, and no message has too much", () => {
  const details = fc.array(
    fc.record({
      label: fc.string({ maxLength: 40 }),
      text: fc.string({ unit: "binary", maxLength: 400 }).map((text) => text.repeat(9)),
    }),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(details, (some) => {
      const messages = divideDetails(some, LIMIT, 100) ?? [];
      expect(
        messages
          .flat()
          .map(({ text }) => text)
          .join(""),
      ).toBe(some.map(({ text }) => text).join(""));
      for (const message of messages) expect(JSON.stringify(message).length).toBeLessThanOrEqual(LIMIT);
    }),
  );
});

test("more than the messages that may be posted is not divided at all", () => {
  expect(divideDetails([{ label: "Command", text: "x".repeat(6_000) }], LIMIT, 3)).toBeUndefined();
  expect(divideDetails([{ label: "x".repeat(1_000), text: "" }], LIMIT, 3)).toBeUndefined();
});
