import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { until } from "../opencode/until.ts";

const run = promisify(execFile);
/** Until it has packed the plugin and started OpenCode. */
const START_LIMIT_MS = 150_000;
const STOP_LIMIT_MS = 30_000;
/** What `npm run demo` starts once everything is installed. */
const DEMO = ["--import", "tsx", "test/support/demo/main.ts"];

/** The checkout that the demo is started in. */
export const REPOSITORY = path.join(import.meta.dirname, "..", "..", "..");

/** Starts a script of the demo in a process group of its own, as a terminal does. */
export async function startDemo(
  env: Record<string, string>,
  args: readonly string[] = [],
  { directory = REPOSITORY, script = DEMO }: { directory?: string; script?: readonly string[] } = {},
) {
  const temporary = await temporaryFolder();
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("SLACK_"));
  const demo = spawn(process.execPath, [...script, ...args], {
    cwd: directory,
    env: { ...Object.fromEntries(inherited), TMPDIR: temporary.path, TSX_DISABLE_CACHE: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const pid = demo.pid as number;
  const ended = once(demo, "exit").then(([code]) => code as number | null);
  let output = "";
  let isOver = false;
  demo.once("close", () => (isOver = true));
  for (const stream of [demo.stdout, demo.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  return {
    pid,
    temporary: temporary.path,
    ended,
    output: () => output,
    says: async (text: RegExp) =>
      until(
        `the demo says ${text.source}`,
        () => {
          const found = text.exec(output);
          if (!found && isOver) throw new Error(`The demo has ended without ${text.source}:\n${output}`);
          return found;
        },
        { context: () => output, limitMs: START_LIMIT_MS },
      ),
    /** Ctrl-C: everything in the terminal is told. */
    interrupt: () => process.kill(-pid, "SIGINT"),
    closeTerminal() {
      demo.stdout.destroy();
      demo.stderr.destroy();
      process.kill(-pid, "SIGHUP");
    },
    async [Symbol.asyncDispose]() {
      demo.kill("SIGTERM");
      const timer = setTimeout(() => demo.kill("SIGKILL"), STOP_LIMIT_MS);
      await ended;
      clearTimeout(timer);
      await temporary[Symbol.asyncDispose]();
    },
  };
}

/** A demo that was started. */
export type Demo = Awaited<ReturnType<typeof startDemo>>;

/** A folder of a test's own, which goes with the test. */
export async function temporaryFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), "demo-"));
  return { path: folder, [Symbol.asyncDispose]: async () => rm(folder, { recursive: true, force: true }) };
}

/** Every process that this one has started, and those have started. */
export async function descendantsOf(pid: number): Promise<number[]> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid="]);
  const processes = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const descendants = [pid];
  for (const parent of descendants) {
    const children = processes.filter(([, of]) => of === parent).map(([child = 0]) => child);
    descendants.push(...children);
  }
  return descendants.slice(1);
}
