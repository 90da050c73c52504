/** What the log says of a process, so that somebody who finds its ID later knows whether it is this one. */

import { lookUpProcess, type Machine } from "../machine/identity.ts";
import { readOwnPackage } from "../system/own-package.ts";

/** `start` is to be compared with what {@link lookUpProcess} tells, where both are known. */
export function nameProcess({ key }: Machine) {
  const state = lookUpProcess(process.pid);
  const start = state.kind === "running" ? state.start : undefined;
  return { version: readOwnPackage().version, machine: key, start };
}
