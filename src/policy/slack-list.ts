/** Whether all of a request is listed where only what is listed may be allowed. It has to hold against a model that means harm. */

import type { Place } from "./files.ts";
import { createTextMatcher, literal } from "../shell/wildcards.ts";
import type { PermissionRequest } from "../gateway/domain/ask.ts";
import type { PatternRule, Rule } from "./rules.ts";
import { readPlainCommand } from "../shell/plain-command.ts";
import { askedFiles, commandsOf, fileSubject, startOf, type Deed, type Subject } from "./deed.ts";
import { filesTold } from "../shell/writers.ts";
import { isFor } from "./matching.ts";

/** Every file by one of its names, and every command, which is understood and runs in the project's directory. */
export function isListed(
  request: PermissionRequest,
  deed: Deed,
  rules: readonly Rule[],
  place: Place,
): boolean {
  const commands = deed.unreadable === undefined ? plainCommands(request, place) : undefined;
  // sed and awk can write files that no list names.
  if (commands === undefined || deed.commands.some(({ texts }) => filesTold(texts).length > 0)) return false;
  const subjects = [
    ...filesOf(request, place),
    ...commands.map((text) => ({ permission: "bash", texts: [text] })),
  ];
  const listed = rules.flatMap((rule) => (rule.kind === "pattern" ? [createLister(rule)] : []));
  return subjects.length > 0 && subjects.every((subject) => listed.some((isIn) => isIn(subject)));
}

/**
 * An edit is every file that it changes: what OpenCode asks about names neither the place that a file is moved to nor
 * where a link leads.
 */
function filesOf(request: PermissionRequest, place: Place): Subject[] {
  const { edited, linked } = place;
  const written = (paths: readonly string[]) => paths.map((path) => fileSubject("edit", path, place));
  if (request.permission === "edit" && linked.length > 0) return written(linked);
  return [...askedFiles(request, place), ...written(linked.filter((path) => !edited.includes(path)))];
}

function createLister(rule: PatternRule): (subject: Subject) => boolean {
  const matchers = rule.pattern.map(createTextMatcher);
  return ({ permission, texts }) =>
    isFor(rule, literal(permission)) && texts.some((text) => matchers.some((matches) => matches(text)));
}

/** Each once, its words with one blank between each two. */
function plainCommands(request: PermissionRequest, place: Place): string[] | undefined {
  const commands = commandsOf(request);
  if (commands.length > 0 && (place.isWindows || startOf(request, place) !== place.directory))
    return undefined;
  const texts = new Set<string>();
  for (const command of commands) {
    const read = readPlainCommand(command);
    if (read === undefined) return undefined;
    for (const words of read) texts.add(words.map(oneWord).join(" "));
  }
  return [...texts];
}

/** A blank in a word is none between two: `sh 'a b'` is not `sh a b`. No rule has this character. */
const BLANK_IN_WORD = "\uE000";

function oneWord(word: string): string {
  return word === "" ? BLANK_IN_WORD : word.replaceAll(/\s/g, BLANK_IN_WORD);
}
