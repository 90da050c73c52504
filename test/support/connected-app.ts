/** An app of ours in a process of its own, connected to a Slack that the test holds. */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { spawnScript, type Runtime } from "./runtime.ts";
import type { Connection } from "./slack/connection.ts";
import { createSlackStandIn, type SlackStandIn, type SlackStandInOptions } from "./slack/stand-in.ts";
import type { Outcome } from "./slack/socket-mode.ts";
import { until } from "./opencode/until.ts";
import type { Command, Report } from "./socket-mode-process.ts";

const SCRIPT = fileURLToPath(new URL("socket-mode-process.ts", import.meta.url));
const PRESS_EVERY_MS = 100;

export interface ConnectedApp extends AsyncDisposable {
  readonly slack: SlackStandIn;
  readonly reports: readonly Report[];
  /** Every connection that this Slack ever had, by age. */
  readonly connections: readonly Connection[];
  /** Resolves with the `nth` connection, from 1, when it has said hello. */
  readonly connected: (nth: number) => Promise<Connection>;
  /** The log's lines with this message. */
  readonly logged: (message: string) => Record<string, unknown>[];
  readonly finished: () => Promise<Extract<Report, { type: "finished" }>>;
  readonly exited: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  readonly tell: (command: Command) => void;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Presses a button every 100 ms, until the function given back is called; that says what came of each. */
  readonly press: () => () => Promise<Outcome[]>;
  /** How often the app was given each of these presses. */
  readonly handled: (outcomes: readonly Outcome[]) => number[];
}

/** Starts the app in Node, or in the Bun inside OpenCode. It is not told to connect yet. */
export async function startApp(runtime: Runtime, options?: SlackStandInOptions): Promise<ConnectedApp> {
  const slack = await createSlackStandIn({ rateLimits: "none", ...options });
  const child = spawnScript(runtime, SCRIPT);
  const exited = once(child, "exit") as ConnectedApp["exited"];
  const reports: Report[] = [];
  const connections: Connection[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => reports.push(JSON.parse(line) as Report));
  slack.onChange(() => {
    for (const connection of slack.registrations()) {
      if (!connections.includes(connection)) connections.push(connection);
    }
  });
  await until("the process runs", () => reports.some(({ type }) => type === "ready"));

  return {
    slack,
    reports,
    connections,
    exited,
    connected: async (nth) => {
      const isConnected = () => reports.filter(({ type }) => type === "connected").length >= nth;
      await until(`connection ${nth} is open`, isConnected, {
        context: () => reports.map((report) => JSON.stringify(report)).join("\n"),
      });
      const connection = connections[nth - 1];
      if (connection === undefined) throw new Error(`Slack has seen no connection ${nth}`);
      return connection;
    },
    logged: (message) =>
      reports
        .filter((report) => report.type === "log")
        .map(({ entry }) => entry)
        .filter(({ msg }) => msg === message),
    finished: async () =>
      until("the app has finished", () => reports.find((report) => report.type === "finished")),
    tell: (command) => child.stdin.write(`${JSON.stringify(command)}\n`),
    signal: (name) => child.kill(name),
    press() {
      const presses: Promise<Outcome>[] = [];
      const press = () => presses.push(slack.deliver({ type: "block_actions" }));
      const pressing = setInterval(press, PRESS_EVERY_MS);
      return async () => {
        clearInterval(pressing);
        return Promise.all(presses);
      };
    },
    handled: (outcomes) =>
      outcomes.map(
        ({ envelopeID }) =>
          reports.filter((report) => report.type === "pressed" && report.envelopeID === envelopeID).length,
      ),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
      await slack.close();
    },
  };
}
