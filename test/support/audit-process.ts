/**
 * A process with an audit record: `write` records a number of requests from asked to closed and says the last head;
 * `press` records one press and says what came of it; `forever` records until it is killed; `race` begins a record as
 * often as asked, each in another directory, at the same time as three others. Runs in Node and in OpenCode's Bun.
 */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { createAudit } from "../../src/audit/audit.ts";
import { card, recordRequest } from "./audit-folder.ts";
import { permissionRequest } from "./permission-request.ts";
import { createSlices } from "../../src/system/slices.ts";

const [task, directory = "", memberID = "", count = "1"] = process.argv.slice(2);
const log = pino({ level: "silent" });
const audit = createAudit({ directory, memberID, slices: createSlices(), log });

async function write(): Promise<string> {
  let head = "";
  for (let index = 1; index <= Number(count); index += 1) {
    head = (await recordRequest(audit, `per_${index}`)) ?? "not written";
  }
  return head;
}

function recordForever(): void {
  audit.shown(permissionRequest(), card, []);
  setImmediate(recordForever);
}

function race(): void {
  for (let round = 1; round <= Number(count); round += 1) {
    const start = join(directory, String(round), "start");
    mkdirSync(start, { recursive: true });
    writeFileSync(join(start, memberID), "");
    while (readdirSync(start).length < 4);
    const begun = createAudit({
      directory: join(directory, String(round), "audit"),
      memberID,
      slices: createSlices(),
      log,
    });
    begun.shown(permissionRequest(), card, []);
  }
}

if (task === "race") race();
if (task === "write") console.log(await write());
if (task === "press") console.log(await audit.pressed({ requests: [], teamID: "T1", userID: "U1", card }));
if (task === "forever") recordForever();
