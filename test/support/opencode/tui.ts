import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createSandbox, type OpenCodeOptions } from "./sandbox.ts";
import { until } from "./until.ts";
import { isRunning } from "../running.ts";

const run = promisify(execFile);

/** Whether there is a terminal to show OpenCode's user interface in; without tmux those tests are skipped. */
export async function hasTmux(): Promise<boolean> {
  return run("tmux", ["-V"]).then(
    () => true,
    () => false,
  );
}

/** OpenCode's terminal user interface, as somebody sits in front of it. */
export interface Tui extends AsyncDisposable {
  readonly directory: string;
  /** What is on the screen, without colours. */
  screen(): Promise<string>;
  /** Waits until the screen shows `text`. */
  sees(text: string): Promise<void>;
  /** Types text; `"Enter"`, `"Escape"`, `"C-c"` … are keys. */
  type(...keys: readonly string[]): Promise<void>;
}

/** Starts OpenCode's user interface in a tmux of its own. */
export async function runTui(options: OpenCodeOptions): Promise<Tui> {
  const sandbox = await createSandbox(options);
  const socket = `${sandbox.root}/tmux`;
  const tmux = async (...args: string[]) =>
    (await run("tmux", ["-S", socket, ...args], { env: { ...sandbox.env, TERM: "xterm-256color" } })).stdout;
  const screen = () => tmux("capture-pane", "-p", "-t", "opencode");

  // A screen that stays when OpenCode has ended shows why it did.
  const keepScreen = ["set-option", "-g", "remain-on-exit", "on", ";"];
  const size = ["-x", "160", "-y", "50"];
  const start = ["new-session", "-d", "-s", "opencode", ...size, "-c", sandbox.firstDirectory];
  await tmux("-f", "/dev/null", "start-server", ";", ...keepScreen, ...start, sandbox.binary);
  const pid = Number(await tmux("display-message", "-p", "-t", "opencode", "#{pane_pid}"));

  return {
    directory: sandbox.firstDirectory,
    screen,
    sees: async (text) => {
      await until(`the screen shows "${text}"`, async () => (await screen()).includes(text), {
        context: async () => `${await screen()}\nOpenCode's log:\n${await sandbox.logTail()}`,
      });
    },
    type: async (...keys) => {
      await tmux("send-keys", "-t", "opencode", ...keys);
    },
    async [Symbol.asyncDispose]() {
      // Losing its terminal is not enough: 1.1 and 1.3 go on without one.
      if (isRunning(pid)) process.kill(pid, "SIGKILL");
      await tmux("kill-server");
      await sandbox[Symbol.asyncDispose]();
    },
  };
}
