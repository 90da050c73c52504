/** What an ask does, where it comes from, and what may be offered of it. */

import type { Config } from "./config.ts";
import type { FindProvenance } from "./provenance.ts";
import type { Ask } from "../gateway/domain/ask.ts";
import type { Offers, SessionInfo } from "../gateway/domain/content.ts";
import type { GatewayOptions } from "../gateway/gateway.ts";
import { describeRequest } from "../opencode/details.ts";
import type { FindServers } from "../opencode/v1/mcp-servers.ts";
import { describeQuestion } from "../opencode/question-details.ts";
import { createLazy } from "../system/lazy.ts";
import type { Slices } from "../system/slices.ts";

interface DescriptionOptions {
  readonly config: Pick<Config, "rules" | "unknownVariables" | "allowAlways">;
  /** What relative paths of a tool's arguments are relative to. */
  readonly directory: string;
  /** What relative paths of a request's patterns are relative to. */
  readonly worktree: string;
  /** Of the OpenCode that asks; resolves with undefined as long as it is not known. Does not reject. */
  readonly findVersion: (request: Ask) => Promise<string | undefined>;
  /** Where a request comes from. Does not reject. */
  readonly sessions: { describe(request: Ask): Promise<SessionInfo> };
  /** Missing where no Allow for a time is offered. */
  readonly grants?: {
    /** For how long. */
    readonly minutes: number;
    readonly findServers: FindServers;
    /** All that tells a request from another one; undefined where not all of it is known. */
    readonly findProvenance: FindProvenance;
  };
  readonly slices: Slices;
}

export function createDescription({
  config: { rules, unknownVariables, allowAlways },
  directory,
  worktree,
  findVersion,
  sessions,
  grants,
  slices,
}: DescriptionOptions): GatewayOptions["describe"] {
  /** With the parser of shell commands, which OpenCode's start is not to wait for. */
  const loadOffering = createLazy(async () => {
    const { createOffering } = await import("./offers.ts");
    return createOffering({
      rules,
      unknownVariables,
      allowAlways,
      ...(grants !== undefined && { grants }),
      directory,
      slices,
    });
  });
  return async (request) => {
    const [details, session, offers] = await Promise.all([
      request.kind === "question"
        ? describeQuestion(request)
        : findVersion(request).then(async (version) =>
            describeRequest(request, directory, slices, { worktree, version }),
          ),
      sessions.describe(request),
      loadOffering().then(async (offer) => offer(request)),
    ]);
    if (request.kind === "question" || offers.grantMinutes === undefined)
      return { ...details, session, offers };
    const found = await grants?.findProvenance(request, session);
    return { ...details, session, ...(found ? { ...found, offers } : { offers: withoutGrant(offers) }) };
  };
}

/** Where not all is known that tells a request from another one. */
function withoutGrant({ grantMinutes: _minutes, ...offers }: Offers): Offers {
  return offers;
}
