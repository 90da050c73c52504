/** What a card says first: in which project, what for, and whether a rule or a doubt warns of it. Pure. */

import type { KnownBlock } from "@slack/web-api";
import type { CardContent, Headline } from "../../gateway/domain/content.ts";
import { isPlain, nameOf, pathOf } from "./names.ts";
import { plainText } from "./rich-text.ts";
import { slackLength } from "./text.ts";

/** Characters of a header: https://docs.slack.dev/reference/block-kit/blocks/header-block */
const HEADER_LIMIT = 150;
/** Characters of a project's name. */
const PROJECT_LIMIT = 42;
/** Characters of a permission that has no words of its own. */
const PERMISSION_LIMIT = 62;

export const RISK = "⚠ ";

const WHAT: ReadonlyMap<string, string> = new Map([
  ["bash", "Run a command"],
  ["edit", "Edit files"],
  ["read", "Read a file"],
  ["webfetch", "Fetch a URL"],
  ["task", "Start a subagent"],
  ["doom_loop", "Go on repeating the same call"],
  ["question", "Answer a question"],
  ["plan_exit", "End plan mode and begin to edit"],
]);
const OUTSIDE: Headline = { what: "Reach", isOutside: true };

type Headed = Pick<CardContent, "headline" | "request" | "directory" | "offers" | "doubt">;

/** Never longer than a header may be, unless another limit is given. */
export function headOf(content: Headed, limit = HEADER_LIMIT): string {
  const before = `${isRisky(content) ? RISK : ""}${projectOf(content.directory)} · `;
  return before + whatOf(content, limit - slackLength(before));
}

/** Whether a rule or a doubt says that there is more to think about than usual. */
export function isRisky({ offers: { confirm, terminalOnly }, doubt }: Headed): boolean {
  return confirm !== undefined || terminalOnly !== undefined || doubt !== undefined;
}

/** What it is for, without the project. */
export function whatOf(
  { headline, request: { permission }, directory }: Headed,
  limit = HEADER_LIMIT,
): string {
  const { what, name, isOutside, lines } =
    headline ?? (permission === "external_directory" ? OUTSIDE : { what: whatFor(permission) });
  const before = isOutside === true ? `${what} outside ${projectOf(directory)}` : what;
  const behind = lines === undefined ? "" : ` (+${lines.added} −${lines.removed})`;
  if (name === undefined) return before + behind;
  return `${before} ${pathOf(name, limit - slackLength(`${before} ${behind}`))}${behind}`;
}

/** Whether the head says the whole name of what it is for, and as it is, so that nothing else needs to. */
export function saysWhole(content: Headed, name: string): boolean {
  const isSaid = content.headline?.name === name && isPlain(name);
  return isSaid && headOf(content) === headOf(content, Number.MAX_SAFE_INTEGER);
}

/** The last part of a directory: what people call the project. All of it stands where the request comes from. */
export function projectOf(directory: string): string {
  const last = directory.split(/[/\\]/).findLast((part) => part !== "");
  return nameOf(last ?? directory, PROJECT_LIMIT);
}

/** What a permission is for, where nothing else is known. */
export function whatFor(permission: string): string {
  return WHAT.get(permission) ?? `Use ${quotedAlways(permission)}`;
}

export function renderHeader(text: string): KnownBlock {
  return { type: "header", text: plainText(text) };
}

/** A permission may be called like words of ours. */
function quotedAlways(permission: string): string {
  const name = nameOf(permission, PERMISSION_LIMIT);
  return name.startsWith("“") ? name : `“${name}”`;
}
