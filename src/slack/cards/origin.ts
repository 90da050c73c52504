/**
 * Where a request comes from: one grey line. A model names sessions, a project's configuration agents and models, so each
 * name that could be taken for more than a name is quoted, and none can end its quotation or break the line. Pure.
 */

import type { KnownBlock } from "@slack/web-api";
import type { CardContent } from "../../gateway/domain/content.ts";
import { nameOf, pathOf } from "./names.ts";
import { plainText } from "./rich-text.ts";
import { abbreviate } from "./text.ts";

/** Characters of a line that only describes. */
export const LINE_LIMIT = 300;
/** Characters of each name in the line, so that there is room for all. */
const NAME_LIMIT = 60;
const DIRECTORY_LIMIT = 200;

/** Of a whole card. Ours stands last: nobody names a host or a directory behind it. */
export function renderOrigin(content: CardContent): KnownBlock {
  return renderLine([...namesOf(content), placeOf(content)].join(" · "), LINE_LIMIT * 3);
}

/** The host and the directory alone. */
export function renderPlace(content: CardContent): KnownBlock {
  return renderLine(placeOf(content), LINE_LIMIT * 3);
}

/** One line in small letters. */
export function renderLine(line: string, limit = LINE_LIMIT): KnownBlock {
  return { type: "context", elements: [plainText(abbreviate(line, limit))] };
}

/** What a session, its agent and its model are called; empty where OpenCode tells none of it. */
export function nameSession(content: CardContent): string {
  return namesOf(content).join(" · ");
}

/** Whether two requests come from where the same names are given. */
export function isSameOrigin({ session: one }: CardContent, { session: other }: CardContent): boolean {
  const hasSameTitles = one.titles.join("\n") === other.titles.join("\n");
  return hasSameTitles && one.agent === other.agent && one.model === other.model;
}

function placeOf({ directory, home, host }: CardContent): string {
  const isAtHome = home !== undefined && directory.startsWith(`${home}/`);
  const short = isAtHome ? `~${directory.slice(home.length)}` : directory;
  return `host ${nameOf(host, NAME_LIMIT)} · ${pathOf(short, DIRECTORY_LIMIT)}`;
}

function namesOf({ session: { titles, agent, model } }: CardContent): string[] {
  // Of a long chain of subagents the first and the last say most.
  const [first, ...others] = titles.map((title) => nameOf(title, NAME_LIMIT));
  const last = others.at(-1);
  const chain = [first, ...(others.length > 1 ? ["…"] : []), last].filter((name) => name !== undefined);
  // Whoever offers a model decides nothing.
  const who = [agent, model?.slice(model.indexOf("/") + 1)].filter(
    (name) => name !== undefined && name !== "",
  );
  return [chain.join(" → "), who.map((name) => nameOf(name ?? "", NAME_LIMIT)).join(" / ")].filter(
    (names) => names !== "",
  );
}
