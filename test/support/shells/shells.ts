import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The shells that OpenCode may give a command to; bash is on every machine that runs these tests. */
export const SHELLS = ["bash", "dash", "zsh"] as const;

export type Shell = (typeof SHELLS)[number];

/** Where a program is on this machine, undefined where it is not installed. */
export function whereIs(program: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin", "/bin", "/usr/sbin"];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
