/** What only root of a Linux machine can try: namespaces of the kernel, of which a test makes its containers and mounts. */

import { spawnSync } from "node:child_process";

/** A process that has its own process IDs, as in a container, and ends with who started it. */
export const OWN_PROCESS_IDS = ["--pid", "--fork", "--mount-proc", "--kill-child"];

/** Whether this machine lets us do that with `unshare`, of which nothing stays; what needs it is skipped where it does not. */
export function canUnshare(...args: readonly string[]): boolean {
  return process.platform === "linux" && process.getuid?.() === 0 && spawnSync("unshare", args).status === 0;
}
