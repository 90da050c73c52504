import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { withCall } from "../../src/opencode/asking-call.ts";
import { createCalls } from "../../src/opencode/v1/calls.ts";
import { parseEvent } from "../../src/opencode/v1/events.ts";
import type { Answer, PermissionRequest, QuestionRequest } from "../../src/gateway/domain/ask.ts";

/** The versions that turns are recorded of. */
export const CAPTURED_VERSIONS = ["1.1.53", "1.3.0", "1.15.0", "1.18.33"] as const;

const FIXTURES = path.join(import.meta.dirname, "..", "fixtures", "opencode");

/** By paths in the project. */
export type Files = Readonly<Record<string, string>>;

/** A turn, as the gateway hears of it. */
export interface CapturedTurn {
  readonly requests: readonly PermissionRequest[];
  readonly questions: readonly QuestionRequest[];
  /** How they were answered, in this order. */
  readonly answers: readonly Answer[];
  /** What was on the disk before and after it, where that was recorded. */
  readonly before: Files;
  readonly after: Files;
}

interface Step {
  readonly hook: string;
  readonly event: { readonly type: string; readonly properties: unknown };
  readonly input: { readonly tool: string; readonly sessionID: string; readonly callID: string };
  readonly output: { readonly args: unknown };
  readonly before: Files;
  readonly after: Files;
}

export function capturedPath(version: string, name: string): string {
  return path.join(FIXTURES, version, `${name}.json`);
}

/** @param project the directory that is taken for the recorded one. */
export async function capturedTurn(version: string, name: string, project: string): Promise<CapturedTurn> {
  const text = await readFile(capturedPath(version, name), "utf8");
  const steps = JSON.parse(text.replaceAll("/home/dev/project", project)) as Step[];
  const calls = createCalls();
  const requests: PermissionRequest[] = [];
  const questions: QuestionRequest[] = [];
  const answers: Answer[] = [];
  for (const { hook, event, input, output } of steps) {
    if (hook === "tool.execute.before") calls.began(input, output.args);
    if (hook === "tool.execute.after") calls.ended(input);
    if (hook !== "event") continue;
    const call = calls.hear(event);
    const heard = parseEvent(event);
    if (heard?.kind === "replied") answers.push(heard.answer);
    if (heard?.kind !== "asked") continue;
    const ask = withCall(heard.request, call);
    if (ask.kind === "permission") requests.push(ask);
    else questions.push(ask);
  }
  const { before = {}, after = {} } = steps.find(({ hook }) => hook === "disk") ?? {};
  return { requests, questions, answers, before, after };
}

export async function writeFiles(directory: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
