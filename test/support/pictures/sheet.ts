/** All kinds of cards, to be looked at: made by the code that makes all cards. */

import { DATABASE, REGIONS } from "../asked-questions.ts";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Answer, Ask, PermissionRequest } from "../../../src/gateway/domain/ask.ts";
import type { CardFace, Row } from "../../../src/gateway/domain/card.ts";
import type { CardContent } from "../../../src/gateway/domain/content.ts";
import type { GrantEnd } from "../../../src/gateway/domain/grant.ts";
import type { CardState } from "../../../src/gateway/domain/state.ts";
import { planControls } from "../../../src/gateway/domain/controls.ts";
import { REJECT_ALL, REJECT_ALL_AND_STOP, REVOKE } from "../../../src/gateway/domain/permission-controls.ts";
import { renderCard } from "../../../src/slack/cards/blocks.ts";
import { withMention } from "../../../src/slack/cards/mentions.ts";
import { offeredReplies } from "../../../src/slack/cards/readable.ts";
import { renderReminder } from "../../../src/slack/cards/reminders.ts";
import { onCard } from "../controls.ts";
import { permissionRequest } from "../permission-request.ts";
import { questionRequest } from "../question-request.ts";
import { describe, postAll, type PictureOfCards } from "./cards.ts";

const MEMBER = "laptop_0123456789ab";
const AT = new Date("2026-03-02T16:37:00Z");
const HALF_AN_HOUR_MS = 30 * 60_000;
const ADA = { kind: "approver", userID: "U1" } as const;

const bash = (command: string, description: string, always: readonly string[] = []): PermissionRequest =>
  permissionRequest({ patterns: [command], always, call: { tool: "bash", args: { command, description } } });

const mcp = (args: Record<string, unknown>): PermissionRequest =>
  permissionRequest({
    permission: "linear_create_issue",
    patterns: ["*"],
    call: { tool: "linear_create_issue", args },
  });

const write = (filePath: string, content: string): PermissionRequest =>
  permissionRequest({
    permission: "edit",
    patterns: [filePath],
    call: { tool: "write", args: { filePath, content } },
  });

const ODDITY = {
  question: "How shall I go on?\nThe deployment needs a token.",
  header: "✅ Allowed",
  options: [
    { label: "Allow once", description: "As every time" },
    { label: "Use API_KEY=hunter2-x9Kq4", description: "From your shell" },
    { label: "Stop\u200B here", description: "" },
    { label: "A label that is about as long as a button in Slack may be, which is a lot", description: "" },
  ],
};

const PLAN = {
  question:
    "Plan at .opencode/plans/witty-tiger.md is complete. Would you like to switch to the build agent and start implementing?",
  header: "Build Agent",
  custom: false,
  options: [
    { label: "Yes", description: "Switch to build agent and start implementing the plan" },
    { label: "No", description: "Stay with plan agent to continue refining the plan" },
  ],
};

const closed = (content: CardContent, state: CardState): CardFace => ({
  rows: [{ content, state, controls: [] }],
  controls: [],
  head: "5f0c2a9d41b7e8632f10",
});

export async function takeSheet(): Promise<PictureOfCards> {
  const root = await mkdtemp(path.join(tmpdir(), "sheet-"));
  const project = path.join(root, "project-1");
  try {
    await mkdir(path.join(project, "src"), { recursive: true });
    await writeFile(path.join(project, "src/greetings.ts"), "export const hello = 1;\n");
    const [first, ...others] = await faces(project);
    if (first === undefined) throw new Error("There is a first card.");
    const drawn = others.map((face) => renderCard(face, MEMBER));
    const reminder = withMention(renderReminder(first, HALF_AN_HOUR_MS), ["U1"]);
    return await postAll([withMention(renderCard(first, MEMBER), ["U1"]), reminder, ...drawn]);
  } finally {
    await rm(root, { recursive: true });
  }
}

async function faces(project: string): Promise<readonly CardFace[]> {
  const of = async (request: Ask, title = "Fix the build"): Promise<CardContent> => ({
    ...(await describe(request, { directory: project, title })),
    directory: "/home/ada/work/project-1",
  });
  const status = await of(bash("git status", "Shows what has changed", ["git status *"]), "fix-build");
  const risky = await of(bash("rm -rf build", "Deletes what was built"), "fix-build");
  const edit = await of(
    write(path.join(project, "src/greetings.ts"), "export const hello = 1;\nexport const bye = 2;\n"),
  );
  const outside = await of(write("/etc/hosts.d/x", "127.0.0.1 example\n"));
  const long = await of(bash(longScript(), "Sets the machine up"));
  const issue = await of(
    mcp({
      title: "Build is broken",
      team: "web",
      priority: 2,
      labels: ["ci", "urgent"],
      description: "## What happens\n\nThe build stops at `tsc`.\n\n- since yesterday\n- on all machines\n",
    }),
  );
  const hostile = await of(
    bash("echo hi", "⚠ Approved by security · host prod\nProject: /safe"),
    "x · host ci ✅ Reviewed",
  );
  const many = await Promise.all(
    ["npm test", "rm -rf dist", "git push --force origin main", "curl -fsS https://example.com/a | head"].map(
      async (command) => of(bash(command, "One of many")),
    ),
  );
  const question = await of(questionRequest([DATABASE]));
  const questions = await of(
    questionRequest([DATABASE, REGIONS, { question: "Anything else?", header: "Else" }]),
  );
  const oddity = await of(questionRequest([ODDITY]));
  const planExit = await of(questionRequest([PLAN], { permission: "plan_exit" }));
  return [
    alone(question),
    alone(questions),
    alone(oddity),
    alone(planExit),
    {
      rows: [question, many[0], questions]
        .flatMap((content) => content ?? [])
        .map((content) => openRow(content, false)),
      controls: [onCard(REJECT_ALL)],
    },
    closed(question, answered([["SQLite"]])),
    closed(questions, answered([["SQLite"], ["eu-central-1", "us-east-1"], ["Not now, thanks"]])),
    closed(question, { kind: "replied", answer: { kind: "question", reply: "reject" }, by: ADA, at: AT }),
    alone(status),
    { ...alone(risky), rows: [{ ...openRow(risky), hasOthers: true }] },
    alone(edit),
    alone(outside),
    alone({
      ...(await of(bash("make deploy", "Deploys"))),
      doubt: "OpenCode's request and its tool's arguments differ.",
    }),
    alone(hostile),
    alone(issue),
    { ...alone(long), rows: [{ ...openRow(long), thread: { form: "messages", state: "complete" } }] },
    {
      rows: many.map((content, index) =>
        index === 0
          ? { content, state: replied("once"), controls: [] }
          : Object.assign(openRow(content, false), { hasOthers: true }),
      ),
      controls: [REJECT_ALL, REJECT_ALL_AND_STOP].map(onCard),
      waiting: 3,
    },
    closed(status, replied("always")),
    closed(risky, replied("once")),
    closed(edit, replied("reject", "Use the staging database, and leave the greetings alone.")),
    closed(status, {
      kind: "replied",
      answer: { kind: "permission", reply: "reject" },
      by: ADA,
      at: AT,
      isStopped: true,
    }),
    closed(status, {
      kind: "replied",
      answer: { kind: "permission", reply: "reject" },
      by: { kind: "sibling", userID: "U1", to: risky },
      at: AT,
    }),
    closed(status, { kind: "gone", reason: "opencode-ended", at: AT }),
    closed(status, { kind: "gone", reason: "expired", afterMs: HALF_AN_HOUR_MS, at: AT }),
    closed(risky, {
      kind: "replied",
      answer: { kind: "permission", reply: "reject" },
      by: { kind: "nobody", afterMs: HALF_AN_HOUR_MS },
      at: AT,
    }),
    granted(status),
    closed(status, grantedState({ reason: "revoked", userID: "U1", at: AT })),
  ];
}

function alone(content: CardContent): CardFace {
  return { rows: [openRow(content)], controls: [] };
}

function openRow(content: CardContent, isAlone = true): Row {
  const offered = { replies: offeredReplies(content, true), alsoAnswered: 0, isAlone };
  return { content, state: { kind: "asked" }, controls: planControls(content, offered).map(onCard) };
}

function replied(reply: "once" | "always" | "reject", message?: string): CardState {
  const answer = { kind: "permission", reply, ...(message !== undefined && { message }) } as const;
  return { kind: "replied", answer, by: ADA, at: AT };
}

function answered(answers: readonly (readonly string[])[]): CardState {
  const answer: Answer = { kind: "question", reply: "answer", answers };
  return { kind: "replied", answer, by: ADA, at: AT };
}

function granted(content: CardContent): CardFace {
  const row = { content, state: grantedState(), controls: [onCard(REVOKE)] };
  return { ...closed(content, row.state), rows: [row] };
}

function grantedState(end?: GrantEnd): CardState {
  const until = new Date(AT.getTime() + 30 * 60_000);
  const answer = { kind: "permission", reply: "once", forMinutes: 30 } as const;
  const grant = { minutes: 30, until, uses: 3, lastUsedAt: AT, ...(end && { end }) };
  return { kind: "replied", answer, by: ADA, at: AT, grant };
}

function longScript(): string {
  const steps = Array.from(
    { length: 300 },
    (_, n) => `install -m 0644 files/${n}.conf /etc/app/conf.d/${n}.conf`,
  );
  return `set -eu\n${steps.join("\n")}\n`;
}
