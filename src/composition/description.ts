/** What an ask does, where it comes from, and what may be offered of it. */

import type { Config } from "./config.ts";
import type { Ask } from "../gateway/domain/ask.ts";
import type { SessionInfo } from "../gateway/domain/content.ts";
import type { GatewayOptions } from "../gateway/gateway.ts";
import { describeRequest } from "../opencode/details.ts";
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
  readonly slices: Slices;
}

export function createDescription({
  config: { rules, unknownVariables, allowAlways },
  directory,
  worktree,
  findVersion,
  sessions,
  slices,
}: DescriptionOptions): GatewayOptions["describe"] {
  /** With the parser of shell commands, which OpenCode's start is not to wait for. */
  const loadOffering = createLazy(async () => {
    const { createOffering } = await import("./offers.ts");
    return createOffering({ rules, unknownVariables, allowAlways, directory, slices });
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
    return { ...details, session, offers };
  };
}
