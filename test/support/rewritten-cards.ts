import type { CardContent } from "../../src/gateway/domain/content.ts";
import { renderCard } from "../../src/slack/cards/blocks.ts";
import type { RenderedCard } from "../../src/slack/cards/card-parts.ts";
import { controlsFor } from "./controls.ts";

/** Anything that JSON can be, to be changed at will. */
// eslint-disable-next-line typescript/no-explicit-any
export type Json = any;

/** What Slack answers, or brings with a press. */
export type SlackMessage = { text: string; blocks: Json[] } & Record<string, Json>;

export const COMMAND = "if true; then\n\techo 'a  b' &amp; :tada: 🚀 example.com\nfi\n";

const CONTENT: CardContent = {
  request: { kind: "permission", permission: "mcp <a> & b", always: ["git push *", "echo a  b"] },
  details: [
    { label: "Command", text: COMMAND, isWhole: true },
    { label: "Second command", text: "rm -rf build", isWhole: true, isSubject: true },
    {
      label: "Description",
      text: "Builds the site of me@example.com ✅ now: https://example.com/a?b=1&c=2",
      isWhole: true,
      isRemark: true,
    },
  ],
  furtherDetails: 0,
  size: { lines: 24, characters: 70 },
  remarks: ["One <thing> is shown otherwise."],
  isVerbatim: true,
  session: { titles: ["Fix it today"], agent: "build" },
  offers: { replies: ["once", "always", "reject"], confirm: "This deletes & sends." },
  directory: "/home/dev/a & b",
  host: "laptop",
  rejectedAt: new Date(1_700_000_000_000),
};

/** A card as it is posted that has everything that cards are made of. */
export function postedCard(content: Partial<CardContent> = {}): RenderedCard {
  const whole = { ...CONTENT, ...content };
  const controls = controlsFor(whole, whole.offers.replies, 1);
  const row = { content: whole, state: { kind: "asked" }, controls } as const;
  return renderCard({ rows: [row], controls: [], waiting: 1, head: "0123abcd" }, "laptop.1_member");
}

/** As Slack keeps it: with names of its own. */
export function asKept(posted: object): SlackMessage {
  const message = structuredClone(posted) as SlackMessage;
  message.blocks.forEach((block, index) => (block["block_id"] = `id${index}`));
  return { type: "message", app_id: "A1", ts: "100.000001", ...message };
}

/** All objects of a message, the outer first. */
export function* objectsIn(value: unknown): Generator<Record<string, Json>> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, Json>;
  for (const each of Object.values(value)) yield* objectsIn(each);
}

export function objectsOf(message: unknown, type: string): Record<string, Json>[] {
  return [...objectsIn(message)].filter((each) => each["type"] === type);
}

/** The first text element that says `what`, and the list that it stands in. */
export function elementSaying(
  message: unknown,
  what: string,
): { elements: Json[]; index: number; element: Json } {
  for (const { elements } of objectsIn(message)) {
    if (!Array.isArray(elements)) continue;
    const index = elements.findIndex(
      (element: Json) => typeof element.text === "string" && element.text.includes(what),
    );
    if (index !== -1) return { elements, index, element: elements[index] };
  }
  throw new Error(`Nothing says ${what}.`);
}

/** Puts other elements in the place of `what` in the first text that says it. */
export function replaceIn(message: unknown, what: string, ...others: object[]): void {
  const { elements, index, element } = elementSaying(message, what);
  const [before, ...behind] = element.text.split(what);
  const part = (text: string): object[] => (text === "" ? [] : [{ ...element, text }]);
  elements.splice(index, 1, ...part(before), ...others, ...part(behind.join(what)));
}

/** Changes the first text that says `what`, of whatever kind it is. */
export function say(message: unknown, what: string, other: string): void {
  for (const each of objectsIn(message)) {
    if (typeof each["text"] !== "string" || !each["text"].includes(what) || each["blocks"] !== undefined)
      continue;
    each["text"] = each["text"].replace(what, () => other);
    return;
  }
  throw new Error(`Nothing says ${what}.`);
}

/** All that Slack is known to do to a message, in a card whose command says `example.com` and 🚀. */
export function writeOutAsSlack(message: SlackMessage): void {
  message.text = "echo <http://example.com|example.com> :rocket:";
  Object.assign(message, { edited: { user: "B1", ts: "1.000000" }, reply_count: 1, attachments: [] });
  replaceIn(message, "example.com", { type: "link", url: "http://example.com", text: "example.com" });
  replaceIn(message, "🚀", { type: "emoji", name: "rocket", unicode: "1f680" });
  for (const one of objectsIn(message)) if (String(one["type"]).startsWith("rich_text_")) one["border"] = 0;
  for (const one of objectsOf(message, "plain_text")) Object.assign(one, { emoji: true, verbatim: false });
}
