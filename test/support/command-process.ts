/** The command `opencode-slack-gateway` as a child process, and somebody who reads it and types. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { until } from "./opencode/until.ts";
import { scriptCommand, type Runtime } from "./runtime.ts";

const CLI = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));

export interface CommandOptions {
  readonly runtime?: Runtime;
  /** All that it has, besides PATH. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** In a terminal, as a person has one; otherwise its input is a pipe. Needs `script` of util-linux. */
  readonly inTerminal?: boolean;
}

export interface CommandProcess extends AsyncDisposable {
  /** Everything that it has written so far. */
  said(): string;
  /** Waits until it has written this, behind what was waited for before. */
  sees(text: string | RegExp): Promise<void>;
  /** Types a line. */
  types(line: string): void;
  /** Waits for `question`, and types a line. */
  answers(question: string | RegExp, line: string): Promise<void>;
  /** Nobody types any more. */
  hangsUp(): void;
  interrupts(): void;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

/** System programs, and no OpenCode. */
export const BARE_PATH = "/usr/bin:/bin";

export function startCommand(args: readonly string[], options: CommandOptions): CommandProcess {
  const { runtime = "Node", env, cwd, inTerminal = false } = options;
  const command = [...scriptCommand(runtime, CLI), ...args];
  const line = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const [file = "", ...rest] = inTerminal ? ["script", "-qefc", line, "/dev/null"] : command;
  const child = spawn(file, rest, {
    cwd,
    env: { PATH: BARE_PATH, ...(runtime === "Bun" && { BUN_BE_BUN: "1" }), ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  let read = 0;
  const hear = (text: string): void => void (output += text);
  child.stdout.setEncoding("utf8").on("data", hear);
  child.stderr.setEncoding("utf8").on("data", hear);
  // Whoever types into a command that has ended is no fault of the test's.
  child.stdin.on("error", () => undefined);
  const ended = once(child, "close").then(([code]) => code as number | null);

  function placeBehind(text: string | RegExp): number | undefined {
    const rest = output.slice(read);
    if (typeof text === "string") {
      const at = rest.indexOf(text);
      return at === -1 ? undefined : read + at + text.length;
    }
    const found = text.exec(rest);
    return found === null ? undefined : read + found.index + found[0].length;
  }

  async function sees(text: string | RegExp): Promise<void> {
    await until(
      `it says ${String(text)}`,
      async () => {
        const place = placeBehind(text);
        if (place === undefined && child.exitCode !== null) throw new Error(`It ended, and said:\n${output}`);
        read = place ?? read;
        return place !== undefined;
      },
      { context: async () => output },
    );
  }

  const types = (text: string): void => void child.stdin.write(`${text}\n`);
  return {
    said: () => output,
    sees,
    types,
    async answers(question, text) {
      await sees(question);
      types(text);
    },
    hangsUp: () => child.stdin.end(),
    interrupts: () => void (inTerminal ? child.stdin.write("\u0003") : child.kill("SIGINT")),
    ended,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) child.kill("SIGKILL");
      await ended;
    },
  };
}
