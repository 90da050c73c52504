/** `opencode-slack-gateway status`: what every OpenCode of this user on this machine is doing with Slack. */

import { parseArgs } from "node:util";
import { readHubDirectories } from "../composition/hub-or-alone.ts";
import { readLogSettings } from "../composition/log-settings.ts";
import { identifyMachine } from "../machine/identity.ts";
import { readOwnPackage } from "../system/own-package.ts";
import { processIO, type CommandIO } from "./io.ts";
import { renderJSON, renderReport } from "./status/lines.ts";
import { findLoaded } from "./status/loaded.ts";
import { lookIntoHubs, putTogether, type Verdict } from "./status/report.ts";

export const STATUS_HELP = `Usage: opencode-slack-gateway status [--json]

Says what every OpenCode of yours on this machine is doing with Slack: which one holds the connection, since when, what
waits and for how long, what is allowed for a time, and what went wrong last. It needs no tokens, asks Slack nothing and
changes nothing. It takes two seconds where an OpenCode does not answer.

  --json   one JSON object in place of the lines
  --help   show this help

Exit code: 0 nothing is wrong, or nothing waits; 1 something waits, and Slack is not reached; 2 the gateway is off, as its
configuration is missing or wrong; 3 the command is wrong.`;

const EXIT_CODES: Readonly<Record<Verdict, number>> = { ok: 0, "not-reached": 1, off: 2 };
const WRONG_COMMAND = 3;

/** @returns the exit code; see {@link STATUS_HELP}. */
export async function status(args: readonly string[], io: CommandIO = processIO()): Promise<number> {
  const wanted = readWanted(args);
  if (typeof wanted === "string") {
    io.say(`${wanted} For help: opencode-slack-gateway status --help`);
    return WRONG_COMMAND;
  }
  if (wanted.help) {
    io.print(STATUS_HELP);
    return 0;
  }
  const { file, mask } = readLogSettings(io.env);
  const { hubs, refusals } = await lookIntoHubs(readHubDirectories(io.env));
  const report = putTogether(hubs, findLoaded(file, identifyMachine()), refusals);
  if (wanted.json) io.print(renderJSON(report, readOwnPackage().version, mask));
  else for (const line of renderReport(report, mask, Date.now())) io.print(line);
  return EXIT_CODES[report.verdict];
}

/** @returns a sentence for a command that is wrong. */
function readWanted(args: readonly string[]): { readonly json: boolean; readonly help: boolean } | string {
  try {
    const options = {
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return `${error.message.split(". ")[0]}.`;
  }
}
