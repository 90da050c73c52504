/** A permission that no release of OpenCode has yet is on its card what it is, without any code for it. */

import { expect, test } from "vitest";
import type { PermissionRequest } from "../../../src/gateway/domain/ask.ts";
import { planControls } from "../../../src/gateway/domain/controls.ts";
import { renderCard } from "../../../src/slack/cards/blocks.ts";
import type { RenderedCard } from "../../../src/slack/cards/card-parts.ts";
import { offeredReplies } from "../../../src/slack/cards/readable.ts";
import { onCard } from "../../support/controls.ts";
import { permissionRequest } from "../../support/permission-request.ts";
import { describe, postAll } from "../../support/pictures/cards.ts";
import { renderPlain } from "../../support/slack/plain.ts";

const METADATA = { room: "4.12", guests: ["ada@example.com", "bob@example.com"], force: true };

async function draw(asked: Partial<PermissionRequest>): Promise<RenderedCard> {
  const content = await describe(permissionRequest({ permission: "calendar_book", ...asked }));
  const offered = { replies: offeredReplies(content), alsoAnswered: 0, isAlone: true };
  const controls = planControls(content, offered).map(onCard);
  return renderCard({ rows: [{ content, state: { kind: "asked" }, controls }], controls: [] }, "laptop_1");
}

/** As Slack takes and keeps it. */
async function shown(asked: Partial<PermissionRequest>): Promise<string> {
  const { messages } = await postAll([await draw(asked)]);
  return renderPlain(messages[0] ?? {});
}

test("asked without a call, its name, patterns and metadata are on the card, and it is said what is not known", async () => {
  expect(await shown({ patterns: ["2027-01-04 09:00"], always: ["*"], metadata: METADATA })).toBe(
    [
      "⚠ shop · Use “calendar_book”",
      "“calendar_book”",
      "2027-01-04 09:00",
      "OpenCode says",
      'room:   "4.12"',
      'guests: ["ada@example.com","bob@example.com"]',
      "force:  true",
      "⚠ OpenCode did not give the arguments of this call.",
      "“Ship the spring sale” · build / large · host adas-laptop · ~/shop",
      "[Reject] [Reject with reason…]",
    ].join("\n"),
  );
});

test("asked by a tool that nobody knows, the tool's arguments are on the card as well", async () => {
  const call = { tool: "calendar", args: { room: "4.12", agenda: "Greet everybody.\nGo home." } };
  const card = await shown({ patterns: ["2027-01-04 09:00"], metadata: METADATA, call });
  for (const part of ["2027-01-04 09:00", "Greet everybody.\nGo home.", '"4.12"', "bob@example.com", "force"])
    expect(card).toContain(part);
  expect(card).toMatch(/^shop · Use “calendar_book”\n/);
  expect(card).toContain("[Allow once] [Reject]");
});

test("what it is called and what it says is literal, and a phone reads first what is asked", async () => {
  const card = await draw({
    permission: "teleport <!channel>",
    patterns: ["<@U1> *now*"],
    metadata: {},
  });
  expect(card.text).toMatch(/^⚠ shop · Use “teleport &lt;!channel&gt;”/);
  const { messages } = await postAll([card]);
  expect(renderPlain(messages[0] ?? {})).toContain("<@U1> *now*");
});
