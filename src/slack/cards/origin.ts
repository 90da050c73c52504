/** Where a request comes from, as a card shows it: fields of ours, and apart from them what others named. Pure. */

import type { KnownBlock, RichTextSection } from "@slack/web-api";
import type { CardContent } from "../../gateway/domain/content.ts";
import { plainText, quote, section, type RichTextElementOf } from "./rich-text.ts";
import { abbreviate, quoted } from "./text.ts";

/** Characters of a line that only describes: a session's title, a directory. */
export const LINE_LIMIT = 300;

type OriginElement = RichTextSection | RichTextElementOf<"rich_text_quote">;

/** Of a whole card. A line each: whoever names a directory writes no host beside it. */
export function renderOrigin(content: CardContent): KnownBlock {
  return { type: "rich_text", elements: withNames(placeOf(content), content) };
}

/** The project and the host alone. */
export function renderPlace(content: CardContent): KnownBlock {
  return { type: "rich_text", elements: [linesOf(placeOf(content))] };
}

/** One line in small letters. */
export function renderLine(line: string): KnownBlock {
  return { type: "context", elements: [plainText(abbreviate(line, LINE_LIMIT))] };
}

/** What a session, its agent and its model are called. */
export function renderNames(content: CardContent): OriginElement[] {
  return withNames([], content);
}

/** Whether two requests come from where the same names are given. */
export function isSameOrigin({ session: one }: CardContent, { session: other }: CardContent): boolean {
  const hasSameTitles = one.titles.join("\n") === other.titles.join("\n");
  return hasSameTitles && one.agent === other.agent && one.model === other.model;
}

function placeOf({ directory, host }: CardContent): string[] {
  return [`Project: ${directory}`, `Host: ${host}`];
}

/** A model names sessions, a project's configuration agents and models: none of it stands on a line of ours. */
function withNames(
  own: readonly string[],
  { session: { titles, agent, model } }: CardContent,
): OriginElement[] {
  const told = [
    { what: "session", name: titles.map(quoted).join(" → ") },
    { what: "agent", name: agent === undefined ? "" : quoted(agent) },
    { what: "model", name: model === undefined ? "" : quoted(model) },
  ].filter(({ name }) => name !== "");
  if (told.length === 0) return own.length === 0 ? [] : [linesOf(own)];
  const whats = new Intl.ListFormat("en").format(told.map(({ what }) => what));
  return [
    linesOf([...own, `Names given to the ${whats}:`]),
    quote(told.map(({ name }) => abbreviate(name, LINE_LIMIT)).join("\n")),
  ];
}

function linesOf(lines: readonly string[]): RichTextSection {
  return section({ type: "text", text: lines.map((line) => abbreviate(line, LINE_LIMIT)).join("\n") });
}

/** In the one line of a notification. */
export function nameWhere({ directory, host }: CardContent): string {
  return `in ${quoted(abbreviate(directory, LINE_LIMIT))} on ${abbreviate(host, LINE_LIMIT)}`;
}
