import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createOpencodeClient } from "@opencode-ai/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Ask } from "../../src/gateway/domain/ask.ts";
import type { Row } from "../../src/gateway/domain/card.ts";
import { describeRequest } from "../../src/opencode/details.ts";
import { describeQuestion } from "../../src/opencode/question-details.ts";
import { createSessions } from "../../src/opencode/v1/sessions.ts";
import { showContent } from "../../src/sanitize/content.ts";
import { renderCard } from "../../src/slack/cards/blocks.ts";
import { offeredReplies } from "../../src/slack/cards/readable.ts";
import { createSlices } from "../../src/system/slices.ts";
import { CAPTURED_VERSIONS, capturedPath, capturedTurn } from "../support/captured.ts";
import { controlsFor } from "../support/controls.ts";
import { permissionRequest } from "../support/permission-request.ts";
import { silentLog } from "../support/silent-log.ts";
import { checkBlocks } from "../support/slack/block-kit.ts";
import { renderPlain } from "../support/slack/plain.ts";

/** Answers of `GET /session/:id`: no turns. */
const LOOK_UPS = /^session(-subagent)?\.json$/;

const MEMBER = "laptop_0123456789ab";

let project: string;
beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), "recordings-"));
});
afterAll(async () => rm(project, { recursive: true }));

async function turnsOf(version: string): Promise<string[]> {
  const folder = path.dirname(capturedPath(version, "x"));
  const [turns, edits] = await Promise.all([readdir(folder), readdir(path.join(folder, "edits"))]);
  return [...turns.filter((name) => !LOOK_UPS.test(name)), ...edits.map((name) => `edits/${name}`)]
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.replace(".json", ""));
}

async function answerOf(version: string, name: string): Promise<{ readonly id: string }> {
  return JSON.parse(await readFile(capturedPath(version, name), "utf8")) as { id: string };
}

async function draw(request: Ask) {
  const slices = createSlices();
  const isQuestion = request.kind === "question";
  const replies = isQuestion ? (["answer", "reject"] as const) : (["once", "always", "reject"] as const);
  const raw = {
    ...(isQuestion ? describeQuestion(request) : await describeRequest(request, project, slices)),
    request,
    offers: { replies },
    session: { titles: ["A session"] },
    directory: project,
    host: "laptop",
  };
  const content = await slices.run(showContent(raw, []));
  const row: Row = {
    content,
    state: { kind: "asked" },
    controls: controlsFor(content, offeredReplies(content)),
  };
  return renderCard({ rows: [row], controls: [] }, MEMBER);
}

describe.each(CAPTURED_VERSIONS)("of OpenCode %s", (version) => {
  test("every request that was recorded becomes a card that Slack takes, with a Reject and what it is about", async () => {
    const names = await turnsOf(version);
    expect(names.length).toBeGreaterThan(60);
    for (const name of names) {
      const { requests } = await capturedTurn(version, name, project);
      expect({ name, requests: requests.length }).not.toEqual({ name, requests: 0 });
      for (const request of requests) {
        const checked = checkBlocks((await draw(request)).blocks);
        expect({ name, checked }).toMatchObject({ name, checked: { ok: true } });
        const plain = renderPlain({ blocks: checked.ok ? checked.value : [] });
        expect(plain).toContain("[Reject]");
        expect(plain).toMatch(/^(?:⚠ )?recordings-\w+ · \S/);
      }
    }
  });

  test("every question that was recorded becomes a card with all that is asked, and its answer is understood", async () => {
    const names = await readdir(path.join(path.dirname(capturedPath(version, "x")), "questions"));
    expect(names.length).toBe(12);
    for (const name of names) {
      const turn = await capturedTurn(version, `questions/${name.replace(".json", "")}`, project);
      const { questions, answers } = turn;
      expect({ name, asked: questions.length }).not.toEqual({ name, asked: 0 });
      // A session that is aborted says nothing of what it asked.
      const isAborted = name === "abort.json";
      const given = answers.filter(({ kind }) => kind === "question");
      expect({ name, answers: given.length }).toEqual({ name, answers: isAborted ? 0 : questions.length });
      for (const request of questions) {
        const tool = name.startsWith("plan-exit") ? "plan_exit" : "question";
        expect(request).toMatchObject({ permission: tool, call: { tool } });
        const checked = checkBlocks((await draw(request)).blocks);
        expect({ name, checked }).toMatchObject({ name, checked: { ok: true } });
        const plain = renderPlain({ blocks: checked.ok ? checked.value : [] });
        expect(plain).toContain("[Answer…] [Dismiss]");
        for (const { question, options } of request.questions) {
          expect(plain).toContain(question);
          for (const { label, description } of options)
            expect(plain).toContain(`. ${label}: ${description}\n`);
        }
      }
    }
  });

  test("a subagent's session is told with the one that started it", async () => {
    const answers = await Promise.all(
      ["session", "session-subagent"].map(async (name) => answerOf(version, name)),
    );
    const client = createOpencodeClient({
      baseUrl: "http://127.0.0.1:1",
      fetch: async (request) => {
        const asked = answers.find(({ id }) => new URL(request.url).pathname === `/session/${id}`);
        return Response.json(asked ?? {}, { status: asked === undefined ? 404 : 200 });
      },
    });
    const [root, subagent] = answers;
    const sessions = createSessions({
      client,
      directory: project,
      serverURL: undefined,
      login: undefined,
      log: silentLog,
    });
    expect(await sessions.describe(permissionRequest({ sessionID: subagent?.id ?? "" }))).toEqual({
      titles: ["A scripted session", expect.stringMatching(/^List files/)],
      rootID: root?.id,
      sessionIDs: [root?.id, subagent?.id],
    });
  });
});
