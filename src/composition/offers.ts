/** What may be answered from Slack: the one place where the rules decide over a card's buttons. */

import { realpath } from "node:fs/promises";
import { callOf, type Place } from "../policy/files.ts";
import type { FindServers } from "../opencode/v1/mcp-servers.ts";
import { findHome } from "../system/home.ts";
import { findEntry, followLinks } from "../opencode/edits/links.ts";
import { editedPaths } from "../opencode/edits/plan.ts";
import type { Ask, PermissionRequest, QuestionRequest } from "../gateway/domain/ask.ts";
import type { Offers } from "../gateway/domain/content.ts";
import { judge } from "../policy/judge.ts";
import { mayAllowAlways } from "../policy/always-offer.ts";
import { isPerhapsOfServer, mayGrant } from "../policy/grant-offer.ts";
import { JUDGED_LIMIT } from "../policy/deed.ts";
import type { Rules } from "../policy/rules.ts";
import type { Slices } from "../system/slices.ts";
import { doubtOfUnknown, type UnknownVariable } from "./unknown-variables.ts";

interface OfferingOptions {
  readonly rules: Rules;
  /** Variables of which nobody here knows what they say: no Allow while there are any. */
  readonly unknownVariables: readonly UnknownVariable[];
  /** Whether "Allow always" is offered at all. */
  readonly allowAlways: boolean;
  /** For how many minutes a request may be allowed, and who knows OpenCode's MCP servers; missing where for none. */
  readonly grants?: { readonly minutes: number; readonly findServers: FindServers };
  /** The project directory. */
  readonly directory: string;
  readonly slices: Slices;
}

/** Decides which replies a request's card offers by the rules, and which of them ask once more. Does not reject. */
export type Offering = (request: Ask) => Promise<Offers>;

/** The tool whose answers only inform the agent: what Slack may allow says nothing of them. */
const QUESTION_TOOL = "question";

export function createOffering(options: OfferingOptions): Offering {
  const { rules, unknownVariables, allowAlways, grants, directory, slices } = options;
  const [unknown] = unknownVariables;

  return async (request) => {
    if (unknown !== undefined) return { replies: ["reject"], terminalOnly: doubtOfUnknown(unknown) };
    return request.kind === "question" ? offerAnswer(request) : offerReplies(request);
  };

  /** By the name of the tool that asks: a question has no other pattern. */
  async function offerAnswer({ requestID, sessionID, permission }: QuestionRequest): Promise<Offers> {
    const named = { kind: "permission", requestID, sessionID, permission } as const;
    const asked: PermissionRequest = { ...named, patterns: ["*"], always: [], metadata: {} };
    const ruling = permission === QUESTION_TOOL ? { ...rules, slackMayAllow: undefined } : rules;
    const judgement = await slices.run(judge(asked, ruling, await findPlace(asked)));
    switch (judgement.allow) {
      case "terminal-only":
        return { replies: ["reject"], terminalOnly: judgement.why };
      case "confirm":
        return { replies: ["answer", "reject"], confirm: judgement.why };
      case "offered":
        return { replies: ["answer", "reject"] };
    }
  }

  async function offerReplies(request: PermissionRequest): Promise<Offers> {
    const place = await findPlace(request);
    const judgement = await slices.run(judge(request, rules, place));
    switch (judgement.allow) {
      case "terminal-only":
        return { replies: ["reject"], terminalOnly: judgement.why };
      case "confirm":
        return { replies: ["once", "reject"], confirm: judgement.why };
      case "offered":
        return {
          replies:
            allowAlways && mayAllowAlways(request, rules) ? ["once", "always", "reject"] : ["once", "reject"],
          ...(grants && (await isForATime(request, grants)) && { grantMinutes: grants.minutes }),
        };
    }
  }

  async function findPlace(request: PermissionRequest): Promise<Place> {
    const real = await realpath(directory).catch(() => directory);
    const edited = await slices.run(editedPaths(callOf(request), request.metadata, real));
    const isJudged = edited.join().length <= JUDGED_LIMIT;
    // A link that is removed is a file of its own, beside the one that it leads to.
    const followed = await Promise.all(
      isJudged ? edited.flatMap((path) => [followLinks(path), findEntry(path)]) : [],
    );
    return {
      directory: real,
      home: findHome(),
      edited,
      linked: [...new Set(followed)],
      isWindows: process.platform === "win32",
    };
  }
}

async function isForATime(
  request: PermissionRequest,
  { findServers }: { readonly findServers: FindServers },
): Promise<boolean> {
  return mayGrant(request, isPerhapsOfServer(request) ? await findServers() : []);
}
