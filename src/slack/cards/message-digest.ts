/** What Slack says that a message is. Pure. */

import { createHash } from "node:crypto";
import * as z from "zod";
import type { CardVersion } from "../../gateway/domain/card.ts";

/** A time as Slack writes it: seconds since 1970, and mostly the microseconds behind the point. */
export const timestampSchema = z
  .string()
  .regex(/^\d{1,12}(?:\.\d{1,6})?$/)
  .transform((ts) => Number(ts) * 1_000);

/** Slack dates changes in whole seconds, and does not say whether it cuts them or rounds. */
const SECOND_MS = 1_000;

/** Everything of a message that a person reads or presses: https://docs.slack.dev/messaging */
export const contentSchema = z.object({
  text: z.unknown().optional(),
  blocks: z.unknown().optional(),
  attachments: z.unknown().optional(),
  files: z.unknown().optional(),
});

/** A card always has blocks: an answer without them says nothing of it. */
const versionSchema = z
  .object({
    edited: z.object({ ts: timestampSchema }).optional().catch(undefined),
    app_id: z.string().min(1).optional().catch(undefined),
  })
  .and(contentSchema.extend({ blocks: z.array(z.unknown()).min(1) }));

/**
 * @param message of Slack's answer to a post or an update; what it does not say, the version leaves out.
 * @param postedAt the `ts` of a message that was not updated yet.
 */
export function parseVersion(message: unknown, postedAt?: string): CardVersion {
  const { data } = versionSchema.safeParse(message);
  if (data === undefined) return {};
  const { edited, app_id: appID } = data;
  const at = edited?.ts ?? timestampSchema.safeParse(postedAt).data;
  return {
    digest: digestContent(data),
    ...(at !== undefined && { at }),
    ...(edited !== undefined && edited.ts % SECOND_MS === 0 && { grainMs: SECOND_MS }),
    ...(appID !== undefined && { appID }),
  };
}

/**
 * A digest that differs when anything differs that can be read or pressed: words, styles, values, dialogs.
 *
 * Slack writes a message out in several places, and nobody has promised that each of them names the IDs that Slack makes
 * up itself, or fields that say no more than their absence. So these do not count.
 */
export function digestContent({ text, blocks, attachments, files }: z.infer<typeof contentSchema>): string {
  const content = canonical({ text, blocks, attachments, files });
  return createHash("sha256").update(JSON.stringify(content)).digest("base64url");
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .filter(([name, field]) => name !== "block_id" && !isNothing(field))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, field]) => [name, canonical(field)]);
}

function isNothing(field: unknown): boolean {
  if (typeof field === "object" && field !== null) return Object.keys(field).length === 0;
  return !field;
}
