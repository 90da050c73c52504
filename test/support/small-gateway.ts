import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { createOpencodeClient } from "@opencode-ai/sdk";
import { createAudit } from "../../src/audit/audit.ts";
import { readConfig } from "../../src/config.ts";
import { createGateway, type Gateway } from "../../src/gateway.ts";
import { createLedger } from "../../src/ledger.ts";
import { createLog } from "../../src/log.ts";
import { createMemberID, identifyMachine } from "../../src/machine.ts";
import { createReplies } from "../../src/opencode/replies.ts";
import { createStop } from "../../src/opencode/stop.ts";
import { createPresenceKeeper } from "../../src/presence.ts";
import { slackEnvironment } from "./desk.ts";
import type { SlackStandIn } from "./slack/stand-in.ts";

/**
 * The whole gateway, without the plugin around it, and an OpenCode that answers 200 to every reply and does nothing:
 * what OpenCode would say of its own accord, the test says.
 */
export interface SmallGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  /** OpenCode asks for a command, in a session of its own unless one is named; `always` is what that would save. */
  asked(n: number, command: string, sessionID?: string, always?: readonly string[]): void;
  /** What OpenCode was told, as method and path. */
  readonly received: readonly string[];
  /** The messages for the agent among that. */
  readonly messages: readonly string[];
  /** The log's lines with this message. */
  logged(message: string): Promise<Record<string, unknown>[]>;
  /** All that is on the disk: the log, the record, the ledger. */
  written(): Promise<string>;
}

export async function startGateway(slack: SlackStandIn): Promise<SmallGateway> {
  const received: string[] = [];
  const messages: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { message } = JSON.parse((await text(request)) || "{}") as { message?: string };
    if (message !== undefined) messages.push(message);
    received.push(`${request.method} ${request.url?.replace(/\?.*/, "")}`);
    response.setHeader("content-type", "application/json").end("true");
  };
  const opencode = createServer((request, response) => void answer(request, response)).listen(0, "127.0.0.1");
  await once(opencode, "listening");
  const url = new URL(`http://127.0.0.1:${(opencode.address() as AddressInfo).port}/`);
  const folder = await mkdtemp(path.join(tmpdir(), "gateway-"));
  const result = readConfig(undefined, {
    ...slackEnvironment(slack),
    OPENCODE_SLACK_GATEWAY_SOCKET_DIR: path.join(folder, "hub"),
    XDG_STATE_HOME: folder,
  });
  if (!result.ok) throw new Error(result.problems.join(" "));

  const log = createLog({ file: path.join(folder, "gateway.log"), level: "debug", secrets: [] });
  const machine = identifyMachine();
  const memberID = createMemberID(machine);
  const directory = "/home/dev/project";
  const audit = createAudit({ directory: path.join(folder, "audit"), memberID, log });
  const presence = createPresenceKeeper({
    config: result.config,
    machine,
    memberID,
    clicked: (click) => gateway.clicked(click),
    submitted: (submission) => gateway.submitted(submission),
    joined: () => undefined,
    advise: () => undefined,
    audit,
    log,
  });
  const access = {
    client: createOpencodeClient({ baseUrl: url.href }),
    directory,
    serverURL: url,
    login: undefined,
    log,
  };
  const gateway = createGateway({
    memberID,
    directory,
    host: "laptop",
    join: async () => presence.join(),
    describe: async ({ patterns, always }) => ({
      details: patterns.map((text) => ({ label: "Command", text })),
      session: { titles: [] },
      offers: { replies: always.length === 0 ? ["once", "reject"] : ["once", "always", "reject"] },
    }),
    replies: createReplies(access),
    stop: createStop(access),
    ledger: createLedger({ directory: folder, machine, memberID, log }),
    audit,
    log,
  });

  return {
    gateway,
    received,
    messages,
    asked: (n, command, sessionID = `ses_${n}`, always = []) =>
      gateway.asked({
        requestID: `per_${n}`,
        sessionID,
        permission: "bash",
        patterns: [command],
        always,
        metadata: {},
      }),
    async logged(message) {
      const lines = await readFile(path.join(folder, "gateway.log"), "utf8");
      return lines
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ msg }) => msg === message);
    },
    async written() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile());
      const texts = files.map(async (file) => readFile(path.join(file.parentPath, file.name), "utf8"));
      return (await Promise.all(texts)).join("\n");
    },
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await presence.close();
      opencode.close();
      opencode.closeAllConnections();
      await rm(folder, { recursive: true });
    },
  };
}
