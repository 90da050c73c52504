import { expect, test } from "vitest";
import { showContent } from "../../../src/sanitize/content.ts";
import { renderCard } from "../../../src/slack/cards/blocks.ts";
import { runToEnd } from "../../../src/system/sliced.ts";
import { controlsFor } from "../../support/controls.ts";
import { permissionRequest } from "../../support/permission-request.ts";

const STAYS_OPEN = "an answer from Slack does not close its dialog";

test.each([true, false])("a card says that an editor asks as well, if one does: %s", (isInEditor) => {
  const raw = {
    request: permissionRequest(),
    details: [{ label: "Command", text: "git push", isSubject: true as const }],
    session: { titles: ["Ship it"], isInEditor },
    offers: { replies: ["once", "reject"] as const },
    directory: "/home/dev/project",
    host: "laptop",
  };
  const content = runToEnd(showContent(raw, []));
  const controls = controlsFor(content, ["once", "reject"]);
  const card = renderCard(
    { rows: [{ content, state: { kind: "asked" }, controls }], controls: [] },
    "laptop_0",
  );
  expect(JSON.stringify(card.blocks).includes(STAYS_OPEN)).toBe(isInEditor);
});
