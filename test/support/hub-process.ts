/**
 * A process that does nothing but join hubs: reads one command per line from stdin, writes one report per line to
 * stdout. Runs in Node and in OpenCode's Bun. Its `hold` connects to the {@link createWire | wire} of the test.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { runHub, type HubEvent } from "../../src/hub/hub.ts";

export type Command =
  | { type: "join"; directory: string; key: string; memberIDs: string[]; wire: string }
  /** Kills itself in the tick in which it has passed and acked a press. */
  | { type: "die with the next press" }
  | { type: "leave" }
  /** Ends stdin: whatever still keeps the process alive is the hub's. */
  | { type: "let go" };

export type Report =
  | { type: "ready" }
  | { type: "hub"; memberID: string; event: HubEvent }
  | { type: "pressed"; memberID: string; press: string }
  | { type: "finished"; memberID: string; error?: string };

let diesWithNextPress = false;
let leave = new AbortController();

async function join({ directory, key, memberIDs, wire }: Extract<Command, { type: "join" }>): Promise<void> {
  leave = new AbortController();
  const { signal } = leave;
  await Promise.all(
    memberIDs.map(async (memberID) => {
      const finished: Report = { type: "finished", memberID };
      try {
        await runHub({
          directory,
          key,
          memberID,
          signal,
          mayHold: () => true,
          hold: async (hub, signal) => holdWire(wire, hub.pass, signal),
          status: () => `status of ${memberID}`,
          pressed: (press) => report({ type: "pressed", memberID, press }),
          log: (event) => report({ type: "hub", memberID, event }),
        });
      } catch (error) {
        finished.error = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      }
      report(finished);
    }),
  );
}

/** What the Slack connection does: reads an envelope, passes its press, acks in the same tick. */
async function holdWire(
  path: string,
  pass: (memberID: string, envelopeID: string, press: string) => Promise<string>,
  signal: AbortSignal,
): Promise<void> {
  const wire = connect({ path }).unref();
  const answer = (value: unknown) => wire.write(`${JSON.stringify(value)}\n`);
  const deliver = async (line: string) => {
    const { memberID, envelopeID, press } = JSON.parse(line) as Record<
      "memberID" | "envelopeID" | "press",
      string
    >;
    const passing = pass(memberID, envelopeID, press);
    answer({ envelopeID, ack: true });
    if (diesWithNextPress) process.kill(process.pid, "SIGKILL");
    answer({ envelopeID, passed: await passing });
  };
  createInterface({ input: wire }).on("line", (line) => void deliver(line));
  signal.addEventListener("abort", () => wire.destroy(), { once: true });
  await once(wire, "close");
}

function report(value: Report): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const command = JSON.parse(line) as Command;
  switch (command.type) {
    case "join":
      return void join(command);
    case "die with the next press":
      diesWithNextPress = true;
      return undefined;
    case "leave":
      return leave.abort();
    case "let go":
      return process.stdin.destroy();
  }
});
report({ type: "ready" });
