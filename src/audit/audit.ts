/**
 * The record of who was asked what, and who answered: for an auditor, never read by the gateway. It holds nothing of
 * what a request says, no token and nothing of a button; requests and sessions are named by an HMAC.
 *
 * `<directory>/<memberID>.<number>.jsonl` is written by its member alone, so that no two processes share a chain. Old
 * files are kept: the record is append-only, and whoever keeps it decides for how long.
 */

import { appendFileSync, existsSync, statSync, truncateSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "../system/log.ts";
import { makeDirectory } from "../system/make-directory.ts";
import type { Slices } from "../system/slices.ts";
import type { CardRef } from "../gateway/domain/card.ts";
import { nameReplier } from "../gateway/domain/state.ts";
import type { Audit } from "../gateway/ports.ts";
import { maskBeginning } from "../sanitize/secrets.ts";
import { jsonBytes } from "./json.ts";
import { takeKey, type AuditKey } from "./key.ts";
import { FILE_LIMIT_BYTES, HEAD_LENGTH_CHARS, LINE_LIMIT_BYTES, nameFile, renderLine } from "./lines.ts";

/** Characters of a permission's name: that of a tool of an MCP server can hold anything. */
const PERMISSION_LIMIT = 200;
/** How long is waited for the disk, before the record counts as failed. */
const DISK_LIMIT_MS = 5_000;

type Settled = "recorded" | "failed";

interface AuditOptions {
  /** {@link auditDirectory} */
  readonly directory: string;
  /** Fit for a file's name. */
  readonly memberID: string;
  readonly slices: Slices;
  readonly log: Log;
}

/**
 * One member's record. Each line is written at once, some 40 µs. What cannot be written is logged once; the next line
 * that can be written tells how many are `missed`.
 */
export function createAudit({ directory, memberID, slices, log }: AuditOptions): Audit {
  /** Files with lines that a loss of power could undo. */
  const unsettled = new Set<string>();
  let key: AuditKey | undefined;
  let number = 1;
  let sizeBytes = 0;
  let head: string | null = null;
  let missed = 0;
  let isFailing = false;
  let settling: Promise<Settled> = Promise.resolve("recorded");
  let coming: Promise<Settled> | undefined;

  function record(event: string, toFields: (key: AuditKey) => object): string | undefined {
    try {
      if (!isAsLeft() || sizeBytes + LINE_LIMIT_BYTES > FILE_LIMIT_BYTES) beginFile();
      if (sizeBytes === 0) makeDirectory(directory, 0o700);
      key ??= takeKey(directory);
      if (sizeBytes === 0) append("opened", { version: 1, memberID, file: number, key: key.name });
      const hash = append(event, { ...toFields(key), ...(missed > 0 && { missed }) });
      missed = 0;
      isFailing = false;
      return hash;
    } catch (error) {
      return miss(error);
    }
  }

  function miss(error: unknown): undefined {
    missed += 1;
    complain(error);
  }

  /** Whether nothing was cut off, removed or added. Otherwise the chain goes on in a new file, and the old one tells. */
  function isAsLeft(): boolean {
    return (statSync(path(), { throwIfNoEntry: false })?.size ?? 0) === sizeBytes;
  }

  function beginFile(): void {
    number += 1;
    sizeBytes = 0;
  }

  function append(event: string, fields: object): string {
    const { bytes, hash } = renderLine({ at: new Date().toISOString(), event, ...fields }, head);
    if (bytes.length > LINE_LIMIT_BYTES) throw new Error(`a line of ${bytes.length} bytes is too long`);
    const file = path();
    try {
      appendFileSync(file, bytes, { mode: 0o600 });
    } catch (error) {
      // A disk that filled up may hold half of this line.
      if (existsSync(file)) truncateSync(file, sizeBytes);
      throw error;
    }
    unsettled.add(file);
    sizeBytes += bytes.length;
    head = hash;
    return hash;
  }

  function path(): string {
    return join(directory, nameFile(memberID, number));
  }

  /** Resolves when the lines so far are on the disk. Those who wait at the same time share one turn of the disk. */
  async function settle(): Promise<Settled> {
    coming ??= settling.then(async () => {
      coming = undefined;
      settling = forceAll();
      return settling;
    });
    return coming;
  }

  /** Not by the synchronous call, which would hold up OpenCode for as long as a busy disk takes. */
  async function forceAll(): Promise<Settled> {
    const files = [...unsettled];
    unsettled.clear();
    try {
      const late = delay(DISK_LIMIT_MS, "late" as const, { ref: false });
      if ((await Promise.race([Promise.all(files.map(forceToDisk)), late])) !== "late") return "recorded";
      throw new Error(`the disk takes longer than ${DISK_LIMIT_MS} ms`);
    } catch (error) {
      complain(error);
      return "failed";
    }
  }

  function complain(err: unknown): void {
    if (!isFailing) log.error({ err, file: path() }, "the audit record cannot be written");
    isFailing = true;
  }

  // Field by field: whatever else the caller's objects hold is not for the disk.
  return {
    async asked(request) {
      // Of a long request this takes milliseconds, and many may be due at the same moment.
      const content = await slices.run(jsonBytes(request)).catch(miss);
      if (content === undefined) return;
      record("asked", ({ identify, identifyContent }) => ({
        kind: request.kind,
        request: identify("request", request.requestID),
        session: identify("session", request.sessionID),
        content: identifyContent(content),
        permission: maskBeginning(request.permission, PERMISSION_LIMIT, []).text,
      }));
    },

    shown({ kind, requestID }, card, offers) {
      record("shown", ({ identify }) => ({
        kind,
        request: identify("request", requestID),
        ...place(card),
        offers,
      }));
    },

    async pressed({ userID, teamID, card, requests, answer, refusal, ...also }) {
      const hash = record("pressed", ({ identify }) => ({
        kind: requests[0]?.kind,
        requests: requests.map(({ requestID }) => identify("request", requestID)),
        ...place(card),
        userID,
        teamID,
        reply: answer?.reply,
        forMinutes: answer?.kind === "permission" ? answer.forMinutes : undefined,
        revokes: also.revokes,
        mutesUntil: also.mutesUntil,
        unmutes: also.unmutes,
        refusal,
      }));
      return hash === undefined ? "failed" : settle();
    },

    replied({ kind, requestID }, { answer: { reply }, by }) {
      record("replied", ({ identify }) => ({
        kind,
        request: identify("request", requestID),
        reply,
        ...nameReplier(by),
      }));
    },

    granted({ kind, requestID }, { userID, until }) {
      record("granted", ({ identify }) => ({ kind, request: identify("request", requestID), userID, until }));
    },

    async used({ kind, requestID }, { userID, teamID, grant }) {
      const hash = record("used", ({ identify }) => ({
        kind,
        request: identify("request", requestID),
        grant: identify("request", grant.requestID),
        userID,
        teamID,
      }));
      return hash === undefined ? "failed" : settle();
    },

    async grantEnded({ kind, requestID }, { reason, userID }) {
      const hash = record("grant-ended", ({ identify }) => ({
        kind,
        grant: identify("request", requestID),
        reason,
        userID,
      }));
      return (await settle()) === "recorded" ? hash?.slice(0, HEAD_LENGTH_CHARS) : undefined;
    },

    async closed({ request: { kind, requestID }, card, reason, openMs }) {
      const hash = record("closed", ({ identify }) => ({
        kind,
        request: identify("request", requestID),
        ...(card && place(card)),
        reason,
        openMs,
      }));
      return (await settle()) === "recorded" ? hash?.slice(0, HEAD_LENGTH_CHARS) : undefined;
    },
  };
}

async function forceToDisk(file: string): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

function place({ channel, ts }: CardRef) {
  return { channel, ts };
}
