import * as fc from "fast-check";
import { expect, test } from "vitest";
import { differencesOf, parseSeen, parseVersion } from "../../../src/slack/cards/card-check.ts";
import type { RenderedCard } from "../../../src/slack/cards/card-parts.ts";
import { asKept, objectsIn, postedCard, type Json } from "../../support/rewritten-cards.ts";

/** What of a text meets what of Slack's. */
const word = fc.oneof(
  fc.string({ minLength: 1, maxLength: 6 }),
  fc.string({ unit: "binary", minLength: 1, maxLength: 3 }),
  fc.constantFrom(
    "example.com",
    "https://example.com/?a=1&b=2",
    "🚀",
    "⚠",
    "👍🏽",
    ":tada:",
    "&",
    "&lt;",
    "<a>",
    "`",
    "\\",
    "rm",
  ),
);
const text = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(" "));

const card: fc.Arbitrary<RenderedCard> = fc
  .record({ command: text, remark: text, directory: text, title: text, pattern: text })
  .map(({ command, remark, directory, title, pattern }) =>
    postedCard({
      details: [
        { label: "Command", text: command, isWhole: true },
        { label: "Description", text: remark, isWhole: true, isRemark: true },
      ],
      directory,
      session: { titles: [title] },
      request: { kind: "permission", permission: "bash", always: [pattern] },
    }),
  );

function isRefused(posted: RenderedCard, seen: object): boolean {
  const told = parseVersion("words", asKept(posted), posted).wording;
  const brought = parseSeen("words", seen);
  if (told === undefined || brought === undefined) throw new Error("Both say what the card is.");
  return told.digest !== brought.digest && differencesOf("words", told, brought).length > 0;
}

/** Every object of a card with a text that people read, with the text's name. */
function textsIn(message: object): { text: string }[] {
  const { blocks } = message as { blocks: Json[] };
  return [...objectsIn(blocks)].filter((each): each is { text: string } => typeof each["text"] === "string");
}

/** A card in which one text is another. */
function withText(posted: RenderedCard, at: number, change: (text: string) => string): object | undefined {
  const seen = asKept(posted);
  const texts = textsIn(seen);
  const one = texts[at % texts.length];
  if (one === undefined) return undefined;
  const before = one.text;
  one.text = change(before);
  return one.text === before ? undefined : seen;
}

/** What may mean nothing where it stands. */
const BLANKS: ReadonlySet<string | undefined> = new Set([" ", "\t", "\r", "\n", "\uFE0F", undefined]);
const LINKED = "example.com";
const EMOJI: Readonly<Record<string, string>> = { "🚀": "rocket", "⚠": "warning" };

/** One element of a rich text as Slack may write it: cut where `cut` says, with links and emoji of their own. */
function* written(element: Json, cut: number): Generator<object> {
  const { style } = element;
  const parts = element.text.split(/(example\.com|🚀|⚠)/u).filter((part: string) => part !== "");
  for (const part of parts) {
    const name = EMOJI[part];
    if (name !== undefined) yield { type: "emoji", name };
    else if (part === LINKED)
      yield { type: "link", url: `http://${part}`, text: part, ...(style && { style }) };
    else {
      const letters = Array.from(part as string);
      const [one, other] = [letters.slice(0, cut).join(""), letters.slice(cut).join("")];
      for (const each of [one, other]) if (each !== "") yield { ...element, text: each };
    }
  }
}

/** Undefined is what was changed by nothing. */
function isKnown(posted: RenderedCard, seen: object | undefined): boolean {
  return seen !== undefined && !isRefused(posted, seen);
}

function asSlackWrites(posted: RenderedCard, cut: number): object {
  const seen = asKept(posted);
  for (const each of objectsIn(seen.blocks)) {
    const { elements } = each;
    if (!Array.isArray(elements) || !String(each["type"]).startsWith("rich_text_")) continue;
    each["elements"] = elements.flatMap((element: Json) =>
      element.type === "text" ? Array.from(written(element, cut)) : element,
    );
    each["border"] = 0;
  }
  for (const each of objectsIn(seen.blocks))
    if (each["type"] === "plain_text")
      each["text"] = each["text"].replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return seen;
}

test("a card is the same however Slack cuts, links, names and escapes its texts", () => {
  fc.assert(
    fc.property(card, fc.nat(5), (posted, cut) => {
      expect(isRefused(posted, asSlackWrites(posted, cut))).toBe(false);
    }),
  );
});

test("one character more anywhere is another card", () => {
  const visible = fc
    .string({ unit: "binary", minLength: 1, maxLength: 1 })
    .filter((character) => !BLANKS.has(character));
  fc.assert(
    fc.property(card, fc.nat(), fc.nat(), visible, (posted, at, place, character) => {
      const seen = withText(posted, at, (before) => {
        const letters = Array.from(before);
        letters.splice(place % (letters.length + 1), 0, character);
        return letters.join("");
      });
      expect(isKnown(posted, seen)).toBe(false);
    }),
  );
});

test("one character less anywhere is another card", () => {
  fc.assert(
    fc.property(card, fc.nat(), fc.nat(), (posted, at, place) => {
      const seen = withText(posted, at, (before) => {
        const letters = Array.from(before);
        const from = place % letters.length;
        return BLANKS.has(letters[from]) ? before : letters.toSpliced(from, 1).join("");
      });
      expect(isKnown(posted, seen)).toBe(false);
    }),
  );
});

test("words in another order are another card", () => {
  fc.assert(
    fc.property(card, fc.nat(), fc.nat(), (posted, at, place) => {
      const seen = withText(posted, at, (before) => {
        const words = before.split(" ").filter((each) => each !== "");
        const from = place % words.length;
        const [one, other] = [words[from], words[from + 1]];
        if (one === undefined || other === undefined || one === other) return before;
        return words.toSpliced(from, 2, other, one).join(" ");
      });
      expect(isKnown(posted, seen)).toBe(false);
    }),
  );
});

test("in a command, white space that is another is another card", () => {
  fc.assert(
    fc.property(text, fc.nat(), fc.constantFrom("\n", "  ", "\t", "", "\u00A0"), (command, place, other) => {
      const details = [{ label: "Command", text: `a ${command} b`, isWhole: true }] as const;
      const posted = postedCard({ details });
      const seen = asKept(posted);
      const element = textsIn(seen).find((one) => one.text === details[0].text);
      if (element === undefined) throw new Error("The card has the command.");
      const words = element.text.split(" ");
      const at = 1 + (place % (words.length - 1));
      element.text = `${words.slice(0, at).join(" ")}${other}${words.slice(at).join(" ")}`;
      expect(isRefused(posted, seen)).toBe(true);
    }),
  );
});
