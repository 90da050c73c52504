/** What the steps of `init` share. */

import type { Config } from "../../composition/config.ts";
import { trimmed, type Environment } from "../../composition/environment.ts";
import type { Check } from "../checks/check.ts";
import type { CommandIO } from "../io.ts";
import type { Terminal } from "./terminal.ts";

/** What was typed behind `init`. */
export interface Wanted {
  readonly dm: string | undefined;
  readonly channel: string | undefined;
  readonly approvers: string | undefined;
  readonly writeEnv: boolean;
  readonly envFile: string | undefined;
  /** The plugin; undefined for this version of the package. */
  readonly plugin: string | undefined;
  readonly skipPlugin: boolean;
  readonly permission: "ask" | "keep" | undefined;
  /** Whether the doctor, at the end, waits for a press on a test card. */
  readonly press: boolean;
  /** Nothing is asked, and everything is changed that is to be changed. */
  readonly yes: boolean;
}

export interface Setup {
  readonly wanted: Wanted;
  /** Begins the next step. */
  readonly step: (title: string) => void;
  readonly terminal: Terminal;
  readonly io: CommandIO;
  /** With what the file of variables holds. */
  readonly env: Environment;
  /** Where that file is, or would be; undefined where there is no home directory. */
  readonly envFile: string | undefined;
}

/** The ways to Slack, and this machine's places: all of {@link Config} that is known before tokens and channel are. */
export type Surroundings = Pick<
  Config,
  "apiURL" | "httpsProxy" | "noProxy" | "stateDirectory" | "socketDirectory"
>;

/** What a step needs is missing or wrong, and was said. */
export class StepFailed extends Error {
  override name = "StepFailed";
}

/** As the configuration reads it: without blanks and quotes around it; undefined where it is empty. */
export function settingIn({ env }: Setup, name: string): string | undefined {
  return trimmed(env)[name];
}

const SIGNS: Readonly<Record<Check["state"], string>> = { ok: "✓", wrong: "✗", unknown: "–" };

export function sayCheck({ say }: Terminal, { state, what, fix }: Check): void {
  say(`   ${SIGNS[state]} ${what}`);
  if (fix !== undefined) say(`     ${fix}`);
}

/** What nobody is there to be asked for. */
export function cannotAsk({ terminal }: Setup, how: string): StepFailed {
  terminal.say(`   ✗ ${how}`);
  return new StepFailed();
}
