import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/**
 * Gives this process and all that it starts a temporary folder of their own, and removes it when the process ends, however
 * that comes about: what is broken off while it is being started cannot tidy up after itself.
 */
export function takeTemporaryFolder(): void {
  const folder = mkdtempSync(path.join(tmpdir(), "demo-"));
  for (const name of ["TMPDIR", "TEMP", "TMP"]) process.env[name] = folder;
  // What was killed may still be writing its last.
  process.once("exit", () =>
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  );
}
