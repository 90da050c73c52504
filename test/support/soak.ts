import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { slackEnvironment } from "./desk.ts";
import { opencodeBinary, LATEST } from "./opencode/versions.ts";
import type { SlackStandIn } from "./slack/stand-in.ts";
import type { Command, Figures, Report } from "./soak-process.ts";

const SCRIPT = fileURLToPath(new URL("soak-process.ts", import.meta.url));

/** {@link file://./soak-process.ts}, run in a process of its own so that only its own memory counts. */
export interface Soak extends AsyncDisposable {
  ask(from: number, count: number): void;
  /** What somebody answers in OpenCode. */
  reply(n: number, reply: "once" | "always" | "reject"): void;
  measure(): Promise<Figures>;
  /** Ends the gateway, and resolves when nothing keeps the process alive. @returns ledgers with cards that Slack has */
  end(): Promise<readonly string[]>;
}

interface SoakOptions {
  /** Where Slack is reached; by default, where it is. */
  readonly apiURL?: string;
  /** How many times faster its clocks go. */
  readonly speed?: number;
}

/** Starts it with Node, or with the Bun inside OpenCode. */
export async function startSoak(
  runtime: "Node" | "Bun",
  slack: SlackStandIn,
  { apiURL = slack.apiUrl, speed = 1 }: SoakOptions = {},
): Promise<Soak> {
  const folder = await mkdtemp(path.join(tmpdir(), "soak-"));
  const [binary, args] =
    runtime === "Node"
      ? [process.execPath, ["--expose-gc", "--import", "tsx", SCRIPT]]
      : [await opencodeBinary(LATEST), ["run", SCRIPT]];
  const child = spawn(binary, args, {
    stdio: ["pipe", "pipe", "inherit"],
    env: {
      ...process.env,
      ...slackEnvironment(slack),
      SLACK_API_URL: apiURL,
      FAST_CLOCK: String(speed),
      BUN_BE_BUN: "1",
      OPENCODE_SLACK_GATEWAY_LOG_LEVEL: "warn",
      OPENCODE_SLACK_GATEWAY_SOCKET_DIR: path.join(folder, "sockets"),
      XDG_STATE_HOME: path.join(folder, "state"),
    },
  });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  const tell = (command: Command): void => void child.stdin.write(`${JSON.stringify(command)}\n`);
  async function hear<T extends Report["type"]>(type: T): Promise<Extract<Report, { type: T }>> {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`The process ended before it was ${type}`);
    const report = JSON.parse(value) as Report;
    if (report.type !== type) throw new Error(`The process said ${value} and not that it was ${type}`);
    return report as Extract<Report, { type: T }>;
  }
  await hear("ready");

  return {
    ask: (from, count) => tell({ type: "ask", from, count }),
    reply: (n, reply) => tell({ type: "reply", n, reply }),
    async measure() {
      tell({ type: "measure" });
      return hear("measured");
    },
    async end() {
      tell({ type: "end" });
      const { ledger } = await hear("ended");
      await exited;
      return ledger;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}
