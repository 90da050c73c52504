/** What a request will do, as far as rules can tell. */

import { resolve } from "node:path";
import { callOf, namesOf, type Place } from "./files.ts";
import { literal, OPEN, type Glob } from "../shell/wildcards.ts";
import type { PermissionRequest } from "../gateway/domain/ask.ts";
import type { ReadCommand } from "../shell/read-command.ts";
import type { Sliced } from "../system/sliced.ts";
import { readCommand } from "../shell/shell.ts";
import { isReadAlike } from "../shell/windows-command.ts";
import type { HiddenCommands } from "../shell/hidden-commands.ts";
import type { Stream } from "../shell/stream.ts";
import { nameOf } from "../shell/words.ts";
import { writtenFiles } from "./written-files.ts";

/** Characters that are looked at: several times what a card can show, and read in some milliseconds. */
export const JUDGED_LIMIT = 20_000;

/** What rules are matched on. */
export interface Subject {
  readonly permission: string;
  /** The same thing by several names, with marks for what is open: a file's, from here and from the root. */
  readonly texts: readonly string[];
}

/** More than what will be done: whatever a rule could mean. */
export interface Deed {
  readonly subjects: readonly Subject[];
  /** The words of every command that will run. */
  readonly commands: readonly Command[];
  /** Those that may hide in the words of others. */
  readonly hidden: readonly HiddenCommands[];
  readonly unreadable?: Unreadable;
}

/** Why nobody here can tell by reading it, as a sentence, and rules for which permissions it therefore matches. */
interface Unreadable {
  readonly why: string;
  readonly permission: Glob;
  /** Whether people can all the same: code in another language, or a plain command for Windows, all on the card. */
  readonly isTold?: true;
}

export interface Command {
  /** Its program's name without a path, in small letters; `""` where there is no program. */
  readonly name: string;
  /** With marks for what is open. */
  readonly texts: readonly string[];
  readonly streams: readonly Stream[];
}

export function* readDeed(request: PermissionRequest, place: Place): Sliced<Deed> {
  const commands = commandsOf(request);
  const { edited, linked } = place;
  if ([...request.patterns, ...commands, ...edited].join().length > JUDGED_LIMIT)
    return nothingBut({ why: "This is too long to check.", permission: OPEN });

  const start = startOf(request, place);
  const deeds: Deed[] = [];
  for (const command of commands) deeds.push(yield* readCommandDeed(command, place, start));
  const found = deeds.flatMap((deed) => deed.unreadable ?? []);
  const unreadable = found.find(({ isTold }) => isTold === undefined) ?? found[0];
  const files = [...edited, ...linked].map((path) => fileSubject("edit", path, place));
  return {
    subjects: [...askedFiles(request, place), ...files, ...deeds.flatMap(({ subjects }) => subjects)],
    commands: deeds.flatMap((deed) => deed.commands),
    hidden: deeds.flatMap((deed) => deed.hidden),
    ...(unreadable && { unreadable }),
  };
}

function nothingBut(unreadable: Unreadable, subjects: readonly Subject[] = []): Deed {
  return { subjects, commands: [], hidden: [], unreadable };
}

/** Of a request for commands, and of one to reach outside for which a command is the reason. */
export function commandsOf(request: PermissionRequest): readonly string[] {
  const { permission, patterns, metadata } = request;
  const commands = [...new Set([metadata["command"], callOf(request).args["command"]])].filter(
    (command) => typeof command === "string",
  );
  return permission === "bash" && commands.length === 0 ? patterns : commands;
}

/** The directory that a command begins in: an argument of the tool's own. */
export function startOf(request: PermissionRequest, { directory }: Place): string {
  const { workdir } = callOf(request).args;
  return typeof workdir === "string" ? resolve(directory, workdir) : directory;
}

/** What is asked about itself, by OpenCode's own patterns, where it is no command. */
export function askedFiles({ permission, patterns }: PermissionRequest, place: Place): Subject[] {
  return permission === "bash" ? [] : patterns.map((path) => fileSubject(permission, path, place));
}

export function fileSubject(permission: string, path: string, place: Place): Subject {
  return { permission, texts: namesOf(path, place) };
}

/** Of cmd.exe and PowerShell only that is read which is no other to bash. */
const WHY_WINDOWS = "The gateway cannot read this Windows command.";

function* readForWindows(command: string): Sliced<ReadCommand> {
  if (!isReadAlike(command)) return { kind: "unreadable", why: WHY_WINDOWS };
  const read = yield* readCommand(command);
  return read.kind === "read" ? { ...read, whyTold: WHY_WINDOWS } : read;
}

function* readCommandDeed(command: string, place: Place, start: string): Sliced<Deed> {
  const raw = { permission: "bash", texts: [command] };
  const read = yield* place.isWindows ? readForWindows(command) : readCommand(command);
  if (read.kind === "unreadable") return nothingBut({ why: read.why, permission: literal("bash") }, [raw]);

  const written = writtenFiles(read, place, start);
  return {
    subjects: [raw, ...(written ?? []).map((texts) => ({ permission: "edit", texts }))],
    commands: read.commands.map(({ texts, streams }) => ({ name: nameOf(texts[0]), texts, streams })),
    hidden: [read.hidden],
    ...unreadableOf(read.whyTold, written === undefined),
  };
}

function unreadableOf(whyTold: string | undefined, writesTooMany: boolean): Pick<Deed, "unreadable"> {
  if (writesTooMany) {
    const permission = whyTold === undefined ? literal("edit") : OPEN;
    return { unreadable: { why: "The command writes too many files to check.", permission } };
  }
  if (whyTold === undefined) return {};
  return { unreadable: { why: whyTold, permission: literal("bash"), isTold: true } };
}
