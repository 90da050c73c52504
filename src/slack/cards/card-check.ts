/** Whether a card that was pressed is the one that was posted, by what Slack writes out of it. Pure. */

import { createHash } from "node:crypto";
import * as z from "zod";
import type { CardVersion, Wording } from "../../gateway/domain/card.ts";
import type { CardCheck } from "./check-setting.ts";
import { differingFields } from "./fields.ts";
import { contentSchema, timestampSchema, withoutNothing, type MessageContent } from "./message-content.ts";
import { differences, formText, normalForm } from "./normal-form.ts";
import type { RenderedCard } from "./card-parts.ts";

/** Slack dates changes in whole seconds, and does not say whether it cuts them or rounds. */
const SECOND_MS = 1_000;

/** A card always has blocks: an answer without them says nothing of it. */
const versionSchema = z
  .object({
    edited: z.object({ ts: timestampSchema }).optional().catch(undefined),
    app_id: z.string().min(1).optional().catch(undefined),
  })
  .and(contentSchema.extend({ blocks: z.array(z.unknown()).min(1) }));

/**
 * @param message of Slack's answer to a post or an update; what it does not say, the version leaves out.
 * @param posted what Slack was given.
 * @param postedAt the `ts` of a message that was not updated yet.
 */
export function parseVersion(
  check: CardCheck,
  message: unknown,
  posted: RenderedCard,
  postedAt?: string,
): CardVersion {
  const { data } = versionSchema.safeParse(message);
  if (data === undefined) return {};
  const { edited, app_id: appID } = data;
  const at = edited?.ts ?? timestampSchema.safeParse(postedAt).data;
  return {
    wording: wordingOf(check, [data, posted]),
    ...(at !== undefined && { at }),
    ...(edited !== undefined && edited.ts % SECOND_MS === 0 && { grainMs: SECOND_MS }),
    ...(appID !== undefined && { appID }),
  };
}

/**
 * @param message that Slack brings with a press.
 * @returns undefined where it cannot be compared.
 */
export function parseSeen(check: CardCheck, message: unknown): Wording | undefined {
  const { data } = contentSchema.safeParse(message);
  return data === undefined && check !== "off" ? undefined : wordingOf(check, [data ?? {}]);
}

/**
 * Where somebody has seen something else than they were to see: the paths of what differs, and none of the texts. Empty
 * where nothing differs that counts.
 *
 * @param told a version, with its writings.
 */
export function differencesOf(check: CardCheck, told: Wording, seen: Wording): readonly string[] {
  const [answer = {}, posted = answer] = contentsOf(told);
  const [message = {}] = contentsOf(seen);
  switch (check) {
    case "words":
      return differences(normalForm(answer), normalForm(posted), normalForm(message));
    case "strict":
      return differingFields(answer, message);
    case "off":
      return [];
  }
}

/** @param messages the first of which is what Slack has written out. */
function wordingOf(check: CardCheck, messages: readonly MessageContent[]): Wording {
  if (check === "off") return { digest: "", writings: [] };
  const writings = messages.map(withoutNothing);
  const [written = {}] = writings;
  const counted = check === "strict" ? JSON.stringify(written) : formText(normalForm(written));
  return {
    digest: createHash("sha256").update(counted).digest("base64url"),
    // Most often Slack writes out what it was given.
    writings: [...new Set(writings.map((writing) => JSON.stringify(writing)))],
  };
}

function contentsOf({ writings = [] }: Wording): readonly MessageContent[] {
  return writings.map((writing) => contentSchema.parse(JSON.parse(writing)));
}
