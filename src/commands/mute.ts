/** `opencode-slack-gateway mute`: for a while nothing new is posted, and what OpenCode asks waits in its terminal. */

import { muteFile, stateDirectory } from "../composition/paths.ts";
import { inMinutes } from "../gateway/domain/minutes.ts";
import { MUTE_LIMIT_MS, removeMute, writeMute } from "../machine/mute-note.ts";
import { readArguments, suggest, UsageError } from "./arguments.ts";
import { sayClockTime } from "./clock-time.ts";
import { processIO, type CommandIO, type ExitStatus } from "./io.ts";

const MINUTE_MS = 60_000;
const DEFAULT_MINUTES = 60;
const MAX_MINUTES = MUTE_LIMIT_MS / MINUTE_MS;

const HOW = `Give minutes from 1 to ${MAX_MINUTES}, until and a time such as 15:30, or off.`;

/** Minutes from now, or a time of day here. */
type Wanted =
  | { readonly kind: "off" }
  | { readonly kind: "minutes"; readonly minutes: number }
  | { readonly kind: "until"; readonly hours: number; readonly minutes: number };

/** @returns the exit code; see its help. */
export function mute(args: readonly string[], io: CommandIO = processIO(), now = new Date()): ExitStatus {
  const wanted = readWanted(readArguments(args, {}).positionals);
  const directory = stateDirectory(io.env);
  if (directory === undefined) {
    io.say("There is no home directory to note a mute in: set HOME or XDG_STATE_HOME to an absolute path.");
    return 1;
  }
  const file = muteFile(directory);
  return wanted.kind === "off" ? unmute(file, io) : muteUntil(endOf(wanted, now), file, io, now);
}

function readWanted([first, second, ...others]: readonly string[]): Wanted {
  if (first === undefined) return { kind: "minutes", minutes: DEFAULT_MINUTES };
  const [extra] = first === "until" ? others : [second, ...others];
  if (extra !== undefined) throw new UsageError(`Too many arguments: ${extra}. ${HOW}`);
  if (first === "off") return { kind: "off" };
  if (first === "until") return { kind: "until", ...readTime(second) };
  const minutes = /^\d{1,6}$/.test(first) ? Number(first) : 0;
  if (minutes >= 1 && minutes <= MAX_MINUTES) return { kind: "minutes", minutes };
  throw new UsageError(`Cannot mute for this: ${first}.${suggest(first, ["off", "until"])} ${HOW}`);
}

function readTime(text = ""): { readonly hours: number; readonly minutes: number } {
  const [, hours, minutes] = /^(\d{1,2}):(\d\d)$/.exec(text) ?? [];
  if (Number(hours) < 24 && Number(minutes) < 60) return { hours: Number(hours), minutes: Number(minutes) };
  const what = text === "" ? "until needs a time." : `This is no time of day: ${text}.`;
  throw new UsageError(`${what} ${HOW}`);
}

/** The next time that clocks here show it. A day on which they are put back is longer than a mute may be. */
function endOf(wanted: Exclude<Wanted, { kind: "off" }>, now: Date): Date {
  if (wanted.kind === "minutes") return new Date(now.getTime() + wanted.minutes * MINUTE_MS);
  const end = new Date(now);
  end.setHours(wanted.hours, wanted.minutes, 0, 0);
  if (end <= now) end.setDate(end.getDate() + 1);
  return new Date(Math.min(end.getTime(), now.getTime() + MUTE_LIMIT_MS));
}

function muteUntil(until: Date, file: string, { print, say }: CommandIO, now: Date): ExitStatus {
  try {
    writeMute(file, { since: now, until });
  } catch (error) {
    say(
      `The mute cannot be noted, so nothing is muted: ${reasonOf(error)}. Check that you may write to ${file}.`,
    );
    return 1;
  }
  const long = inMinutes(until.getTime() - now.getTime());
  print(`Muted until ${sayClockTime(until, now)}, for ${long}. What OpenCode asks waits in its terminal.`);
  print("What nobody has answered there by then is posted to Slack. Open cards stay, and can be answered.");
  print("To end it before: opencode-slack-gateway mute off");
  return 0;
}

function unmute(file: string, { print, say }: CommandIO): ExitStatus {
  try {
    const wasMuted = removeMute(file);
    print(wasMuted ? "Not muted any more: what waits is posted to Slack." : "Nothing was muted.");
    return 0;
  } catch (error) {
    say(`The mute cannot be ended: ${reasonOf(error)}. Remove ${file}.`);
    return 1;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
