/** What an approver meets of a call: whether it asks twice, is shown as it is, and can be allowed. */

import { describeRequest } from "../../src/opencode/details.ts";
import type { PermissionRequest } from "../../src/gateway/domain/ask.ts";
import type { CardContent, Details } from "../../src/gateway/domain/content.ts";
import { showContent } from "../../src/sanitize/content.ts";
import { findThreadForm } from "../../src/slack/cards/thread.ts";
import { fits, offeredReplies } from "../../src/slack/cards/readable.ts";
import { createSlices } from "../../src/system/slices.ts";
import { runToEnd } from "../../src/system/sliced.ts";
import { newFile } from "./blocks/hard-calls.ts";
import type { LabelledCall } from "./corpora/calls/labelled-call.ts";
import { bashRequest, DEFAULTS, judge, PLACE } from "./judging.ts";
import { permissionRequest } from "./permission-request.ts";

export interface Measured {
  readonly call: LabelledCall;
  /** Why it asks once more. */
  readonly confirm?: string;
  /** What is shown otherwise than it is, as sentences. */
  readonly escapes: readonly string[];
  /** As sentences. */
  readonly masks: readonly string[];
  /** Why Allow is not offered. */
  readonly lost?: string;
}

export async function measureCall(call: LabelledCall): Promise<Measured> {
  const request = requestOf(call);
  const judgement = judge(request, DEFAULTS, PLACE);
  const confirm = judgement.allow === "offered" ? undefined : judgement.why;
  const details = await detailsOf(call, request);
  const content = runToEnd(
    showContent(
      {
        request,
        ...details,
        session: { titles: ["A title"] },
        offers: { replies: ["once", "reject"], ...(confirm !== undefined && { confirm }) },
        directory: PLACE.directory,
        host: "laptop",
      },
      [],
    ),
  );
  const escapes = content.remarks.filter((remark) => remark.includes("shown as"));
  const lost = whyLost(content);
  return {
    call,
    escapes,
    masks: content.remarks.filter((remark) => !escapes.includes(remark)),
    ...(confirm !== undefined && { confirm }),
    ...(lost !== undefined && { lost }),
  };
}

function whyLost(content: CardContent): string | undefined {
  const isReadable = fits(content) || findThreadForm(content, false) !== undefined;
  if (offeredReplies(content, isReadable).includes("once")) return undefined;
  return content.doubt ?? "It is too long.";
}

function requestOf({ tool, args }: LabelledCall): PermissionRequest {
  const { command, diff, filePath, content } = args;
  if (typeof command === "string") return bashRequest(command);
  if (tool === "edit") return permissionRequest({ permission: "edit", metadata: { diff } });
  if (tool === "write") {
    const [path, text] = [String(filePath), String(content)];
    const metadata = { filepath: path, diff: newFile(path, text) };
    return permissionRequest({
      permission: "edit",
      patterns: [path.slice(1)],
      metadata,
      call: { tool, args },
    });
  }
  return permissionRequest({ permission: tool, patterns: [patternOf(args)], call: { tool, args } });
}

/** As OpenCode's own tools tell it. */
function patternOf(args: LabelledCall["args"]): string {
  const { filePath, pattern, url, query, subagent_type: subagent, limit } = args;
  const told = [filePath, pattern, url, subagent, ...(limit === undefined ? [query] : [])];
  return told.find((each) => typeof each === "string") ?? "*";
}

/** Of an edit the diff alone, because its file is nowhere. */
async function detailsOf({ tool, args }: LabelledCall, request: PermissionRequest): Promise<Details> {
  if (tool === "edit") return { details: [{ label: "Diff", text: String(args["diff"]) }] };
  return describeRequest(request, PLACE.directory, createSlices());
}
