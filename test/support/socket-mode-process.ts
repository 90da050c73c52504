/**
 * A process that does nothing but stay connected to Slack: reads one command per line from stdin, writes one report
 * per line to stdout. Runs in Node and in OpenCode's Bun. It acks every press in the tick that brings it.
 */
import { createInterface } from "node:readline";
import { pino } from "pino";
import { clientOptions } from "../../src/slack/connection/client.ts";
import { parseSlackFailure, type SlackFailure } from "../../src/slack/connection/errors.ts";
import { runSocketMode, type Count } from "../../src/slack/connection/socket-mode.ts";

export type Command =
  | { type: "connect"; apiURL: string; appToken: string }
  | { type: "leave" }
  /** Ends stdin: whatever still keeps the process alive is the connection's. */
  | { type: "let go" };

export type Report =
  | { type: "ready" }
  | { type: "connected"; count: Count }
  | { type: "pressed"; envelopeID: string }
  | { type: "foreign"; envelope: string }
  | { type: "log"; entry: Record<string, unknown> }
  | { type: "finished"; failure?: SlackFailure };

const leave = new AbortController();

async function connect({ apiURL, appToken }: Extract<Command, { type: "connect" }>): Promise<void> {
  const log = pino(
    { level: "debug" },
    { write: (line) => report({ type: "log", entry: JSON.parse(line) as Record<string, unknown> }) },
  );
  const finished: Report = { type: "finished" };
  try {
    await runSocketMode({
      appToken,
      // A call that Slack never answers ends because we end it.
      clientOptions: { ...clientOptions({ apiURL }, undefined, log), timeout: 0 },
      handle: ({ envelopeID, ack }) => {
        ack();
        report({ type: "pressed", envelopeID });
      },
      foreign: (envelope) => report({ type: "foreign", envelope }),
      connected: (count) => report({ type: "connected", count }),
      signal: leave.signal,
      log,
    });
  } catch (error) {
    finished.failure = parseSlackFailure(error);
  }
  report(finished);
}

function report(value: Report): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const command = JSON.parse(line) as Command;
  switch (command.type) {
    case "connect":
      return void connect(command);
    case "leave":
      return leave.abort();
    case "let go":
      return process.stdin.destroy();
  }
});
report({ type: "ready" });
