import { nameEmoji, splitAtEmoji } from "./emoji.ts";
import { linkDomains, outsideReferences } from "./text.ts";

type Fields = Readonly<Record<string, unknown>>;

/** How Slack writes out an object of Block Kit with this `type` where it sends it later. */
const REWRITTEN: ReadonlyMap<string, (fields: Fields) => Fields> = new Map<
  string,
  (fields: Fields) => Fields
>([
  [
    "mrkdwn",
    (fields) => ({ ...fields, text: rewriteMrkdwn(String(fields["text"]), fields["verbatim"] === true) }),
  ],
  [
    "plain_text",
    (fields) => (fields["emoji"] === false ? fields : { ...fields, text: nameEmoji(String(fields["text"])) }),
  ],
  ["rich_text_section", elementsForEmoji],
  ["rich_text_quote", (fields) => ({ ...elementsForEmoji(fields), border: fields["border"] ?? 0 })],
  ["rich_text_preformatted", (fields) => ({ ...fields, border: fields["border"] ?? 0 })],
]);

/**
 * Blocks as presses carry them: `border` is written out, domains are links, and emoji have names, except where the app
 * has asked for none (`emoji: false`) and in preformatted text, which is literal.
 */
export function rewriteBlocks<T>(value: T): T {
  return rewrite(value) as T;
}

function rewrite(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewrite);
  if (!isObject(value)) return value;
  const fields = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, rewrite(field)]));
  return REWRITTEN.get(String(fields["type"]))?.(fields) ?? fields;
}

function rewriteMrkdwn(text: string, isVerbatim: boolean): string {
  const linked = isVerbatim ? text : linkDomains(text);
  return outsideReferences(linked, nameEmoji);
}

function elementsForEmoji(fields: Fields): Fields {
  const elements = fields["elements"] as readonly Fields[];
  return { ...fields, elements: elements.flatMap(splitText) };
}

/** Each part keeps the style of the whole. */
function splitText(element: Fields): readonly Fields[] {
  if (element["type"] !== "text") return [element];
  const { style } = element;
  const styled = style === undefined ? {} : { style };
  return splitAtEmoji(String(element["text"])).map((part) =>
    Object.assign(typeof part === "string" ? { type: "text", text: part } : part, styled),
  );
}

/** What an app has sent, with the IDs that Slack has made up for it, and nothing else of Slack's. */
export function writeOutIDs(sent: unknown, kept: unknown): unknown {
  if (Array.isArray(sent)) {
    return sent.map((item, index) => writeOutIDs(item, Array.isArray(kept) ? kept[index] : undefined));
  }
  if (!isObject(sent) || !isObject(kept)) return sent;
  const made = ["block_id", "action_id"].filter((name) => name in kept && !(name in sent));
  return {
    ...Object.fromEntries(
      Object.entries(sent).map(([name, field]) => [name, writeOutIDs(field, kept[name])]),
    ),
    ...Object.fromEntries(made.map((name) => [name, kept[name]])),
  };
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
