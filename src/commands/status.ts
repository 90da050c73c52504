/** `opencode-slack-gateway status`: what every OpenCode of this user on this machine is doing with Slack. */

import { muteFile, stateDirectory } from "../composition/paths.ts";
import { readHubDirectories } from "../composition/hub-or-alone.ts";
import { readLogSettings } from "../composition/log-settings.ts";
import { identifyMachine } from "../machine/identity.ts";
import { readMute } from "../machine/mute-note.ts";
import { readOwnPackage } from "../system/own-package.ts";
import { readArguments, UsageError } from "./arguments.ts";
import { processIO, type CommandIO } from "./io.ts";
import { renderJSON, renderReport } from "./status/lines.ts";
import { findLoaded } from "./status/loaded.ts";
import { lookIntoHubs, putTogether, type Verdict } from "./status/report.ts";

const EXIT_CODES: Readonly<Record<Verdict, number>> = { ok: 0, "not-reached": 1, off: 2 };
const WRONG_COMMAND = 3;

/** @returns the exit code; see its help. */
export async function status(args: readonly string[], io: CommandIO = processIO()): Promise<number> {
  const isJSON = readWanted(args);
  if (typeof isJSON === "string") {
    io.say(`${isJSON} For help: opencode-slack-gateway status --help`);
    return WRONG_COMMAND;
  }
  const { file, mask } = readLogSettings(io.env);
  const { hubs, refusals } = await lookIntoHubs(readHubDirectories(io.env));
  const directory = stateDirectory(io.env);
  const report = {
    ...putTogether(hubs, findLoaded(file, identifyMachine()), refusals),
    ...(directory !== undefined && { mute: readMute(muteFile(directory)) }),
  };
  if (isJSON) io.print(renderJSON(report, readOwnPackage().version, mask));
  else for (const line of renderReport(report, mask, new Date())) io.print(line);
  return EXIT_CODES[report.verdict];
}

/** @returns whether JSON is wanted; a sentence for a command that is wrong, whose exit code is its own. */
function readWanted(args: readonly string[]): boolean | string {
  try {
    const given = readArguments(args, { json: { type: "boolean" } });
    const [unexpected] = given.positionals;
    return unexpected === undefined ? given.has("json") : `Unexpected argument: ${unexpected}.`;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message;
  }
}
