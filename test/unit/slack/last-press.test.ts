import { describe, expect, test } from "vitest";
import type { CardContent } from "../../../src/gateway/domain/content.ts";
import type { PressNote } from "../../../src/gateway/domain/press-note.ts";
import { renderCard } from "../../../src/slack/cards/blocks.ts";
import { renderLastPress } from "../../../src/slack/cards/last-press.ts";
import { fits } from "../../../src/slack/cards/readable.ts";
import { runToEnd } from "../../../src/system/sliced.ts";
import { showContent } from "../../../src/sanitize/content.ts";
import { controlsFor } from "../../support/controls.ts";
import { permissionRequest } from "../../support/permission-request.ts";
import { checkBlocks } from "../../support/slack/block-kit.ts";
import { renderPlain } from "../../support/slack/plain.ts";

const at = new Date("2026-11-27T14:32:59Z");

const NOTES: readonly (readonly [note: PressNote, says: string])[] = [
  [{ kind: "not-approver", reason: "not-listed" }, "refused, not an approver"],
  [{ kind: "not-approver", reason: "none-configured" }, "refused, nobody may answer from Slack"],
  [{ kind: "not-approver", reason: "channel-not-private" }, "refused, nobody may answer from Slack"],
  [{ kind: "not-approver", reason: "channel-unknown" }, "refused, nobody may answer from Slack"],
  [{ kind: "not-approver", reason: "organisation-install" }, "refused, nobody may answer from Slack"],
  [{ kind: "not-approver", reason: "other-workspace" }, "refused, not of the app's workspace"],
  [{ kind: "not-approver", reason: "organisation-account" }, "only the approver's organisation is known"],
  [{ kind: "not-approver", reason: "team-unknown" }, "Slack does not say whether by an approver"],
  [{ kind: "not-approver", reason: "workspace-unknown" }, "Slack does not say whether by an approver"],
  [{ kind: "not-approver", reason: "group-unknown" }, "Slack does not say whether by an approver"],
  [{ kind: "other-app" }, "refused, it was for another Slack app"],
  [{ kind: "altered" }, "Read it again, then press"],
  [{ kind: "incomplete" }, "refused, Slack left out a part of it"],
  [{ kind: "stale", because: "late" }, "refused, it took more than a minute to arrive"],
  [{ kind: "stale", because: "changed" }, "refused, the card had changed"],
  [{ kind: "stale", because: "files" }, "refused, a file had changed"],
  [{ kind: "no-modal" }, "Slack did not open the dialog in time"],
  [{ kind: "no-reason" }, "the reason was empty"],
  [{ kind: "not-recorded" }, "refused, the gateway cannot write it to the audit record"],
  [{ kind: "unconfirmed" }, "OpenCode did not confirm it"],
];

function plain(sent: unknown): string {
  const checked = checkBlocks(sent);
  if (!checked.ok) throw new Error(checked.messages.join());
  return renderPlain({ blocks: checked.value });
}

const textOf = (note: PressNote, place?: number): string =>
  plain(renderLastPress({ note, at, ...(place !== undefined && { place }) }));

test.each(NOTES)("%o is one line on the card, whole, with the time", (note, says) => {
  const text = textOf(note);
  expect(text).toContain(says);
  expect(text).toMatch(/^Last press: [^\n…]+ \(14:32 UTC\)$/);
});

test("a card with several requests says which one was pressed", () => {
  expect(textOf({ kind: "unconfirmed" }, 3)).toContain(" (request 3, 14:32 UTC)");
});

const contentOf = (length: number): CardContent =>
  runToEnd(
    showContent(
      {
        request: permissionRequest(),
        details: [{ label: "Command", text: "x".repeat(length) }],
        session: { titles: [] },
        offers: { replies: ["once", "reject"] },
        directory: "/home/dev/project",
        host: "laptop",
      },
      [],
    ),
  );

describe("a card that is as long as one can be", () => {
  let [short, long] = [0, 10_000];
  while (long - short > 1) {
    const middle = (short + long) >> 1;
    if (fits(contentOf(middle))) short = middle;
    else long = middle;
  }
  const content = contentOf(short);

  test.each(NOTES)("has room for %o", (note) => {
    const controls = controlsFor(content, ["once", "reject"]);
    const rows = [{ content, state: { kind: "asked" }, controls }] as const;
    const { blocks } = renderCard({ rows, controls: [], lastPress: { note, at } }, "laptop.1_1");
    expect(plain(blocks)).toContain("x".repeat(short));
    expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(10_000);
    expect(JSON.stringify(blocks.at(-1))).toContain("Last press: ");
  });
});
