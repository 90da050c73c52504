import path from "node:path";
import { muteFile } from "../../src/composition/paths.ts";
import { mute } from "../../src/commands/mute.ts";
import type { WiredGateway } from "../../src/composition/wiring.ts";
import { silentLog } from "./silent-log.ts";
import type { SmallGateway } from "./small-gateway.ts";
import { wireGateway } from "./wired-gateway.ts";

/** What somebody types at a terminal of the machine on which this gateway runs; it must work. */
export function typeMute({ config }: Pick<SmallGateway, "config">, ...args: readonly string[]): string {
  const [said, printed]: [string[], string[]] = [[], []];
  const code = mute(args, {
    env: { XDG_STATE_HOME: path.dirname(config.stateDirectory) },
    directory: "/",
    print: (line) => printed.push(line),
    say: (line) => said.push(line),
    signal: new AbortController().signal,
  });
  if (code !== 0) throw new Error(said.join("\n"));
  return printed.join("\n");
}

/** Where this gateway looks. */
export function fileOfMute({ config }: Pick<SmallGateway, "config">): string {
  return muteFile(config.stateDirectory);
}

/** Another OpenCode of this machine, which shows `echo` and the ID of each request. */
export function openBeside({ config }: Pick<SmallGateway, "config">): WiredGateway & AsyncDisposable {
  const beside = wireGateway({
    serverURL: new URL("http://127.0.0.1:9/"),
    config,
    describe: async ({ requestID }) => ({
      details: [{ label: "Command", text: `echo ${requestID}` }],
      session: { titles: [] },
      offers: { replies: ["once", "reject"] },
    }),
    log: silentLog,
  });
  return { ...beside, [Symbol.asyncDispose]: async () => beside.end() };
}
