/** Commands and rules as a test writes them. */

import type { Place } from "../../src/policy/files.ts";
import type { PermissionRequest } from "../../src/gateway/domain/ask.ts";
import { judge as judgeInPieces, type Judgement } from "../../src/policy/judge.ts";
import { readAllowList, readCareList, type ReadList } from "../../src/policy/rule-lists.ts";
import type { Rules } from "../../src/policy/rules.ts";
import { runToEnd } from "../../src/system/sliced.ts";
import { permissionRequest } from "./permission-request.ts";

interface Lists {
  /** As in the environment; without it, there are none. */
  readonly terminalOnly?: string;
  readonly confirm?: string;
  readonly slackMayAllow?: string;
  readonly mayAllowAlways?: string;
}

/** Rules as the environment names them. */
export function rulesOf({ terminalOnly, confirm, slackMayAllow, mayAllowAlways }: Lists): Rules {
  return {
    terminalOnly: terminalOnly === undefined ? [] : rulesIn(readCareList(terminalOnly, { mayBeNone: false })),
    confirm: confirm === undefined ? [] : rulesIn(readCareList(confirm, { mayBeNone: true })),
    slackMayAllow: slackMayAllow === undefined ? undefined : rulesIn(readAllowList(slackMayAllow)),
    mayAllowAlways: mayAllowAlways === undefined ? [] : rulesIn(readAllowList(mayAllowAlways)),
  };
}

function rulesIn<Kind>(read: ReadList<Kind>): readonly Kind[] {
  if (!read.ok) throw new Error(read.mistakes.map(({ what }) => what).join("\n"));
  return read.rules;
}

export const DEFAULTS: Rules = rulesOf({ confirm: "default" });

export const PLACE: Place = { directory: "/p", home: "/home/dev", edited: [], linked: [], isWindows: false };

/** What the rules say of a request, at once. */
export function judge(...asked: Parameters<typeof judgeInPieces>): Judgement {
  return runToEnd(judgeInPieces(...asked));
}

export function bashRequest(command: string): PermissionRequest {
  return permissionRequest({
    permission: "bash",
    patterns: [command],
    metadata: { command },
    call: { tool: "bash", args: { command } },
  });
}

/** What is judged of a command in a project's directory. */
export function judgeCommand(command: string, rules: Rules = DEFAULTS): Judgement {
  return judge(bashRequest(command), rules, PLACE);
}
