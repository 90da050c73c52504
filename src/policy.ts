/**
 * How a permission request may be allowed from Slack, by the patterns that people set: at once, after a second
 * question, or not at all.
 */

import { callOf, namesOf, type Place } from "./files.ts";
import { foldCase, knownText, literal, literalText, OPEN, overlap, parsePattern, type Glob } from "./glob.ts";
import type { PermissionRequest } from "./permission.ts";
import { mayRunOthers, programName, writesAnything, writesFiles } from "./programs.ts";
import type { PatternRule, ProgramRule, Rule, Rules } from "./rules.ts";
import { readCommand, type ReadCommand, type SimpleCommand } from "./shell.ts";

export type Judgement =
  | { readonly allow: "offered" }
  /** `why` is a sentence for the card. */
  | { readonly allow: "confirm" | "terminal-only"; readonly why: string };

/** Characters that are looked at: several times what a card can show, and read in some milliseconds. */
export const JUDGED_LIMIT = 20_000;

/**
 * Judges a request by everything that is known of what it will do. A command that cannot be read matches every rule
 * for commands, and what is longer than anybody reads matches every rule there is.
 */
export function judge(request: PermissionRequest, rules: Rules, place: Place): Judgement {
  const deed = readDeed(request, place);
  const onTerminal = matchingRule(deed, rules.terminalOnly);
  if (onTerminal !== undefined) return { allow: "terminal-only", why: sentence(deed, onTerminal) };
  if (rules.slackMayAllow !== undefined && !isListed(deed, rules.slackMayAllow))
    return { allow: "terminal-only", why: deed.unreadable?.why ?? "This is not among what Slack may allow." };
  const confirming = matchingRule(deed, rules.confirm);
  if (confirming !== undefined) return { allow: "confirm", why: sentence(deed, confirming) };
  return { allow: "offered" };
}

/**
 * Whether the rules leave "Allow always": not where OpenCode would then also run, unasked, any program, or what a
 * rule asks more care for.
 */
export function mayAllowAlways(
  { permission, always }: Pick<PermissionRequest, "permission" | "always">,
  rules: Rules,
): boolean {
  return (
    always.join().length <= JUDGED_LIMIT && always.every((pattern) => isNarrow(permission, pattern, rules))
  );
}

function isNarrow(
  permission: string,
  pattern: string,
  { terminalOnly, confirm, slackMayAllow }: Rules,
): boolean {
  if (/^[*?\s/.]*$/.test(pattern)) return false;
  if (permission === "bash" && !isOneHarmlessProgram(pattern)) return false;
  const isListed = slackMayAllow?.some(({ text }) => text === pattern || text === `${permission}:${pattern}`);
  if (isListed === false) return false;
  const subject = foldSubject({
    permission,
    texts: permission === "bash" ? commandForms(pattern) : parsePattern(pattern),
  });
  const words = pattern
    .trim()
    .split(/\s+/)
    .map((word) => parsePattern(word).flat());
  return ![...terminalOnly, ...confirm].some((rule) =>
    rule.kind === "pattern" ? mayMatch(rule, subject) : isAbout(rule, words),
  );
}

/** Whether a saved pattern for commands is about one program, which runs no others and writes no file it is told to. */
function isOneHarmlessProgram(pattern: string): boolean {
  const words = pattern
    .trim()
    .split(/\s+/)
    .map((word) => parsePattern(word).flat());
  const name = programName(words);
  return name !== undefined && !mayRunOthers(words) && !writesAnything(name);
}

/** `/bin/ls *` and `ls *`. */
function commandForms(pattern: string): Glob[] {
  return [...parsePattern(pattern), ...parsePattern(pattern.replace(/^\s*\S*\//, ""))];
}

/** What rules are matched on. */
interface Subject {
  readonly permission: string;
  /** The same thing by several names: a file's, from here and from the root. */
  readonly texts: readonly Glob[];
}

/** What a request will do, as far as rules can tell. */
interface Deed {
  /** More than what will be done: whatever a rule could mean, its letters folded. */
  readonly subjects: readonly Subject[];
  /** Exactly what will be done; each has to be listed where only what is listed may be allowed. */
  readonly exact: readonly Subject[];
  /** The words of every command that may run. */
  readonly commands: readonly (readonly Glob[])[];
  /** Why nobody can tell by reading it, as a sentence, and rules for which permissions it therefore matches. */
  readonly unreadable?: { readonly why: string; readonly permission: Glob };
}

function readDeed(request: PermissionRequest, place: Place): Deed {
  const { permission, patterns } = request;
  const commands = commandsOf(request);
  const { edited } = place;
  const length = [...patterns, ...commands, ...edited].join().length;
  if (length > JUDGED_LIMIT)
    return {
      subjects: [],
      exact: [],
      commands: [],
      unreadable: { why: "This is too long to be judged.", permission: OPEN },
    };

  const asked = permission === "bash" ? [] : patterns.map((path) => fileSubject(permission, path, place));
  const files = edited.map((path) => fileSubject("edit", path, place));
  const linked = place.linked.map((path) => fileSubject("edit", path, place));
  const deeds = commands.map((command) => readCommandDeed(command, place));
  const unreadable = deeds.find((deed) => deed.unreadable !== undefined)?.unreadable;
  return {
    subjects: [...asked, ...files, ...linked, ...deeds.flatMap(({ subjects }) => subjects)].map(foldSubject),
    exact: [...exactFiles(request, place), ...deeds.flatMap(({ exact }) => exact)],
    commands: deeds.flatMap((deed) => deed.commands),
    ...(unreadable && { unreadable }),
  };
}

/**
 * An edit is every file that it changes: what OpenCode asks about names neither the place that a file is moved to nor
 * where a link leads.
 */
function exactFiles({ permission, patterns }: PermissionRequest, place: Place): Subject[] {
  const { edited, linked } = place;
  if (permission === "bash") return [];
  if (permission === "edit" && linked.length > 0)
    return linked.map((path) => fileSubject("edit", path, place));
  return [
    ...patterns.map((path) => fileSubject(permission, path, place)),
    ...linked.filter((path) => !edited.includes(path)).map((path) => fileSubject("edit", path, place)),
  ];
}

/** Of a request for commands, and of one to reach outside for which a command is the reason. */
function commandsOf(request: PermissionRequest): readonly string[] {
  const { permission, patterns, metadata } = request;
  const commands = [...new Set([metadata["command"], callOf(request).args["command"]])].filter(
    (command) => typeof command === "string",
  );
  return permission === "bash" && commands.length === 0 ? patterns : commands;
}

function foldSubject({ permission, texts }: Subject): Subject {
  return { permission, texts: texts.map(foldCase) };
}

function fileSubject(permission: string, path: string, place: Place): Subject {
  return { permission, texts: namesOf(path, place).map(literal) };
}

/** cmd.exe and PowerShell are read by nobody here. */
const WINDOWS: ReadCommand = { kind: "unreadable", why: "Commands for Windows cannot be read." };

function readCommandDeed(command: string, place: Place): Deed {
  const raw = { permission: "bash", texts: [literal(command)] };
  const read = place.isWindows ? WINDOWS : readCommand(command);
  if (read.kind === "unreadable")
    return {
      subjects: [raw],
      exact: [raw],
      commands: [],
      unreadable: { why: read.why, permission: literal("bash") },
    };

  const words = [...read.commands.map((each) => each.words), ...read.behind];
  const written = [
    ...read.writes,
    ...words.filter((each) => writesFiles(programName(each) ?? "")).flat(),
    ...words.flatMap(enteredDirectories),
  ];
  return {
    subjects: [
      raw,
      ...words.map((each) => ({ permission: "bash", texts: nameForms(each) })),
      ...written.map((file) => writtenSubject(file, place)),
    ],
    exact: [...read.commands.map(exactSubject), ...read.writes.map((file) => writtenSubject(file, place))],
    commands: words,
  };
}

/** What stands in a directory that `cd` enters is then written without its name. */
function enteredDirectories(words: readonly Glob[]): Glob[] {
  if (!/^(cd|pushd)$/.test(programName(words) ?? "")) return [];
  return words.flatMap((word) => {
    const path = literalText(word);
    return path === undefined ? [] : [literal(`${path}/`)];
  });
}

/** `/bin/rm -r x` and `rm -r x`. */
function nameForms(words: readonly Glob[]): Glob[] {
  const name = programName(words);
  const asWritten = joinWords(words);
  return name === undefined ? [asWritten] : [asWritten, joinWords([literal(name), ...words.slice(1)])];
}

/** A command that gets variables is another command than its words say. */
function exactSubject({ words, hasAssignments }: SimpleCommand): Subject {
  return { permission: "bash", texts: [hasAssignments ? OPEN : joinWords(words)] };
}

function writtenSubject(file: Glob, place: Place): Subject {
  const path = literalText(file);
  return path === undefined ? { permission: "edit", texts: [file] } : fileSubject("edit", path, place);
}

function joinWords(words: readonly Glob[]): Glob {
  return words.flatMap((word, index) => (index === 0 ? word : [" ", ...word]));
}

function matchingRule(deed: Deed, rules: readonly Rule[]): Rule | undefined {
  return rules.find((rule) => isMatching(deed, rule));
}

function isMatching({ subjects, commands, unreadable }: Deed, rule: Rule): boolean {
  if (rule.kind === "program")
    return (
      (unreadable !== undefined && overlap(unreadable.permission, literal("bash"))) ||
      commands.some((words) => isAbout(rule, words))
    );
  return (
    (unreadable !== undefined && isFor(rule, unreadable.permission)) ||
    subjects.some((subject) => (beginsOpen(rule) ? mustMatch(rule, subject) : mayMatch(rule, subject)))
  );
}

/** Whether a command, by whatever path it calls its program, may be one that the rule means. */
function isAbout({ programs, matches }: ProgramRule, words: readonly Glob[]): boolean {
  const name = programName(words);
  return name !== undefined && programs.includes(name) && matches([literal(name), ...words.slice(1)]);
}

function isListed({ exact, unreadable }: Deed, rules: readonly Rule[]): boolean {
  return (
    unreadable === undefined &&
    exact.length > 0 &&
    exact.every(({ permission, texts }) =>
      rules.some(
        (rule) =>
          rule.kind === "pattern" &&
          isFor(rule, literal(permission)) &&
          texts.some((text) => isExactly(rule, text)),
      ),
    )
  );
}

function isExactly({ pattern }: PatternRule, text: Glob): boolean {
  return literalText(text) !== undefined && pattern.some((glob) => overlap(text, glob));
}

function isFor(rule: PatternRule, permission: Glob): boolean {
  return rule.permission.some((glob) => overlap(permission, glob));
}

/** Whatever an open part of the text will hold counts as what the rule means. */
function mayMatch(rule: PatternRule, { permission, texts }: Subject): boolean {
  return (
    isFor(rule, literal(permission)) && texts.some((text) => rule.folded.some((glob) => overlap(text, glob)))
  );
}

/** A rule that begins with `*` could mean any open text; it is only looked for in what is known. */
function mustMatch(rule: PatternRule, { permission, texts }: Subject): boolean {
  return mayMatch(rule, { permission, texts: texts.map((text) => literal(knownText(text))) });
}

function beginsOpen({ pattern }: PatternRule): boolean {
  return pattern.some(([first]) => typeof first !== "string");
}

function sentence({ unreadable }: Deed, { text }: Rule): string {
  return unreadable?.why ?? `This matches \`${text}\`.`;
}
