/**
 * A process that does one of two things with a ledger, and then lives until it is killed: `open` notes one open card;
 * `search` does not. Both search for dead members each time they read a line. Runs in Node and in OpenCode's Bun.
 */
import "./fast-clock.ts";
import { createInterface } from "node:readline";
import { pino } from "pino";
import { createSilenceWatch } from "../../src/machine/beats.ts";
import { findDeadMembers } from "../../src/machine/dead-members.ts";
import { createLedger } from "../../src/machine/ledger.ts";
import { identifyMachine } from "../../src/machine/identity.ts";

export type Report = { opened: string; key: string } | { found: string[] };

const [task, directory = "", memberID = ""] = process.argv.slice(2);
const machine = identifyMachine();
const silence = createSilenceWatch();
const log = pino({ level: "silent" });

function open(): void {
  const ledger = createLedger({ directory, machine, memberID, log });
  const request = { requestID: "per_1", sessionID: "ses_1", permission: "bash", directory: "/project" };
  ledger.attempted({ attemptID: "attempt-1", kind: "permission", ...request, channel: "C1" });
  ledger.posted("attempt-1", { channel: "C1", ts: "1.000001" });
  report({ opened: memberID, key: machine.key });
}

function search(): void {
  const found = findDeadMembers({ directory, machine, isConnected: () => false, silence, log });
  report({ found: found.map((member) => member.memberID) });
}

function report(value: Report): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

if (task === "open") open();
createInterface({ input: process.stdin }).on("line", search);
