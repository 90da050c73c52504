import { expect, test } from "vitest";
import type { CardContent, RawContent } from "../src/permission.ts";
import { fits, offeredReplies } from "../src/slack/blocks.ts";
import { showContent } from "../src/slack/content.ts";
import { findThreadForm, renderThread } from "../src/slack/thread.ts";
import { permissionRequest } from "./support/permission-request.ts";

function contentOf(text: string, raw: Partial<RawContent> = {}): CardContent {
  return showContent(
    {
      request: permissionRequest(),
      details: [{ label: "Command", text, isCommand: true }],
      session: { titles: [] },
      offers: { replies: ["once", "always", "reject"] },
      directory: "/home/dev/project",
      host: "laptop",
      ...raw,
    },
    [],
  );
}

/** Secrets that are masked to a fraction of their length, in front of what is none. */
const secretsBefore = (count: number, after: string): string =>
  [...Array.from({ length: count }, () => `export API_KEY=${"aB3dE5gH7j".repeat(50)}`), after].join("\n");

test("what stands behind so many secrets that nobody reads it cannot be allowed, although the rest fits", () => {
  const short = contentOf(secretsBefore(5, "echo done"));
  expect(offeredReplies(short)).toContain("once");

  const long = contentOf(secretsBefore(80, "rm -rf ~"));
  expect(JSON.stringify(long.details)).not.toContain("rm -rf");
  expect(JSON.stringify(long.details).length).toBeLessThan(5_000);
  expect(fits(long)).toBe(false);
  expect(offeredReplies(long)).toEqual(["reject"]);
  expect(renderThread(long)).toBeUndefined();
});

test("a command's first word is escaped where a text's would not be", () => {
  expect(contentOf("рм -rf build").details[0]?.text).toContain(String.raw`\u{440}\u{43C}`);
  expect(contentOf("", { details: [{ label: "Text", text: "рм -rf build" }] }).details[0]?.text).toBe(
    "рм -rf build",
  );
});

test("only what could be allowed is put into a thread", () => {
  const long = "echo a very long line of a very long script\n".repeat(400);
  expect(findThreadForm(contentOf(long), true)).toBe("messages");
  expect(findThreadForm(contentOf("echo short"), true)).toBeUndefined();
  expect(findThreadForm(contentOf(long, { doubt: "It may not be true." }), true)).toBeUndefined();
  const offers = { replies: ["reject"], terminalOnly: "This matches `echo *`." } as const;
  expect(findThreadForm(contentOf(long, { offers }), true)).toBeUndefined();
});
