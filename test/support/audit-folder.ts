import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAudit } from "../../src/audit/audit.ts";
import { nameFile } from "../../src/audit/lines.ts";
import { verifyRecords, type MemberRecord } from "../../src/audit/verification.ts";
import type { Log } from "../../src/system/log.ts";
import type { Audit } from "../../src/gateway/ports.ts";
import { permissionRequest } from "./permission-request.ts";
import { createSlices } from "../../src/system/slices.ts";

/** Where members record; a member's first file is number 1. */
export interface AuditFolder extends Disposable {
  /** Not there before a member has something to record. */
  readonly directory: string;
  auditOf(memberID: string): Audit;
  fileOf(memberID: string, number?: number): string;
  linesOf(memberID: string, number?: number): string[];
  /** Puts these lines in place of those of the member's first file. */
  write(memberID: string, lines: readonly string[]): void;
  /** Records until the member's first file is full and its second one has more than its first line. */
  fill(audit: Audit, memberID: string): Promise<void>;
  /** @throws when there is no record of this member */
  verify(memberID: string): MemberRecord;
}

export function createAuditFolder(log: Log): AuditFolder {
  const parent = mkdtempSync(join(tmpdir(), "audit-"));
  const directory = join(parent, "audit");
  const fileOf = (memberID: string, number = 1): string => join(directory, nameFile(memberID, number));
  return {
    directory,
    auditOf: (memberID) => createAudit({ directory, memberID, slices: createSlices(), log }),
    fileOf,
    linesOf: (memberID, number) => readFileSync(fileOf(memberID, number), "utf8").split("\n").slice(0, -1),
    write: (memberID, lines) => writeFileSync(fileOf(memberID), lines.map((line) => `${line}\n`).join("")),
    async fill(audit, memberID) {
      do await audit.asked(permissionRequest());
      while (!existsSync(fileOf(memberID, 2)));
      await audit.asked(permissionRequest());
    },
    verify(memberID) {
      const record = verifyRecords(directory).find((found) => found.memberID === memberID);
      if (record === undefined) throw new Error(`no record of ${memberID}`);
      return record;
    },
    [Symbol.dispose]: () => rmSync(parent, { recursive: true }),
  };
}

/** The card of {@link recordRequest}. */
export const card = { channel: "C1", ts: "1.000001" };

/**
 * Records a request from asked to closed: five lines.
 *
 * @returns the head; undefined when it is not recorded
 */
export async function recordRequest(audit: Audit, requestID = "per_1"): Promise<string | undefined> {
  const userID = "U1";
  const answer = { kind: "permission", reply: "once" } as const;
  const request = permissionRequest({ requestID });
  await audit.asked(request);
  audit.shown(request, card, ["once", "reject"]);
  await audit.pressed({ requests: [request], teamID: "T1", userID, card, answer });
  audit.replied(request, {
    kind: "replied",
    answer,
    by: { kind: "approver", userID },
    at: new Date(),
  });
  return audit.closed({ request, card, openMs: 1_500 });
}
