import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { until } from "./opencode/until.ts";

const run = promisify(execFile);

/** Stops a process, as a closed lid does; it stands still when this resolves. */
export async function suspend(pid: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  await until(`process ${pid} stands still`, async () => {
    const { stdout } = await run("ps", ["-o", "state=", "-p", String(pid)]);
    return stdout.startsWith("T");
  });
}

/** Lets a stopped process go on. */
export function resume(pid: number): void {
  process.kill(pid, "SIGCONT");
}
