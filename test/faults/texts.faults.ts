import { afterAll, beforeAll, expect, test } from "vitest";
import { openOffice, type Desk, type Office } from "../support/desk.ts";
import { checkInvariants } from "../support/invariants.ts";
import { reveal } from "../../src/sanitize/visible.ts";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { rowsOf } from "../support/rows.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import { cardSays } from "./fault-test.ts";

let office: Office;
let desk: Desk;
beforeAll(async () => {
  office = await openOffice();
  desk = await office.openDesk();
});
afterAll(async () => {
  try {
    await checkInvariants(office);
  } finally {
    await office[Symbol.asyncDispose]();
  }
});

/** Commands that do nothing, whatever they look like. */
const COMMANDS: readonly (readonly [name: string, command: string])[] = [
  ["ampersands, with which 650 characters become more than 3,000", `: '${"&".repeat(650)}'`],
  ["angle brackets up to a text block's limit", `: '${"<".repeat(748)}'`],
  [
    "mentions, broadcasts and links",
    ": '<@U1> <!channel> <!here> <#C1|general> <https://example.com|click> @here'",
  ],
  ["code fences and markup", ": '```' '*bold*' '_italic_' '`code`' '> quoted'"],
  ["entities that are there already", ": '&lt;script&gt; &amp;amp;'"],
  ["an invisible character within a word", ": 'to\u200Bken'"],
  ["a right-to-left override", ": 'harmless\u202Etxt.exe'"],
  ["emoji and combined characters", `: '${"👩‍💻é".repeat(200)}'`],
  ["quotes and backslashes", `: '${'"\\'.repeat(800)}'`],
  ["line breaks and tabs", ": 'one\n\ttwo\n\n\tthree'"],
];

/** The card of the next request. */
async function nextCard(): Promise<Message> {
  const { length } = office.slack.channel("C1").messages();
  return office.slack.waitFor(() => office.slack.channel("C1").messages()[length]);
}

test.for(COMMANDS)("a command of %s is shown whole, allowed, and its card closes", async ([, command]) => {
  const posting = nextCard();
  const task = await desk.start([bash(command), say("done")]);
  const card = await posting;
  expect(reveal(rowsOf(card)[0]?.text ?? "")).toContain(command);
  await office.slack.user("U1").press(card, "Allow once");
  await cardSays(office.slack, card, "Allowed once by @U1");
  await task.end();
  expect(task.toolResults()).toHaveLength(1);
});
