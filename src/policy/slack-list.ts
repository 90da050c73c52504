/** Whether all of a request is listed where only what is listed may be allowed. It has to hold against a model that means harm. */

import { editedPaths, type Place } from "../files.ts";
import { literal, overlap, type Glob } from "../glob.ts";
import type { PermissionRequest } from "../permission.ts";
import type { PatternRule, Rule } from "../rules.ts";
import { readPlainCommand } from "../shell/plain-command.ts";
import { askedFiles, commandsOf, fileSubject, startOf, type Deed, type Subject } from "./deed.ts";
import { isFor } from "./matching.ts";

/** Every file by one of its names, and every command, which is understood and runs in the project's directory. */
export function isListed(
  request: PermissionRequest,
  deed: Deed,
  rules: readonly Rule[],
  place: Place,
): boolean {
  const commands = deed.unreadable === undefined ? commandSubjects(request, place) : undefined;
  if (commands === undefined) return false;
  const edited = [...editedPaths(request, place.directory), ...place.linked];
  const subjects = [
    ...askedFiles(request, place),
    ...edited.map((path) => fileSubject("edit", path, place)),
    ...commands,
  ];
  return subjects.length > 0 && subjects.every((subject) => rules.some((rule) => lists(rule, subject)));
}

function commandSubjects(request: PermissionRequest, place: Place): Subject[] | undefined {
  const commands = commandsOf(request);
  if (commands.length > 0 && (place.isWindows || startOf(request, place) !== place.directory)) return undefined;
  const subjects: Subject[] = [];
  for (const command of commands) {
    const read = readPlainCommand(command);
    if (read === undefined) return undefined;
    for (const words of read) subjects.push({ permission: "bash", texts: [literal(words.map(oneWord).join(" "))] });
  }
  return subjects;
}

/** A blank in a word is none between two: `sh 'a b'` is not `sh a b`. No rule has this character. */
const BLANK_IN_WORD = "\uE000";

function oneWord(word: string): string {
  return word === "" ? BLANK_IN_WORD : word.replaceAll(/\s/g, BLANK_IN_WORD);
}

function lists(rule: Rule, { permission, texts }: Subject): boolean {
  return rule.kind === "pattern" && isFor(rule, literal(permission)) && texts.some((text) => isExactly(rule, text));
}

function isExactly({ pattern }: PatternRule, text: Glob): boolean {
  return pattern.some((glob) => overlap(text, glob));
}
