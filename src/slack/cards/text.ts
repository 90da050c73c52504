/** Text as Slack counts, parses and shows it. Pure. */

import { MASK } from "../../sanitize/secrets.ts";

/** What says something only as a whole, but for a character: the mark of a secret, an escape. */
const UNIT = new RegExp(String.raw`${MASK.source}|\\u\{[0-9A-F]+(?:×\d+)?\}`, "uy");
/** Characters of a unit. */
const UNIT_LIMIT = 40;
const UNIT_STARTS = ["‹masked:", "\\u{"];
/** The last character that is one code unit. */
const LAST_OF_ONE_UNIT = 0xffff;

/**
 * Makes text literal where Slack parses mrkdwn: a message's `text` and `mrkdwn` objects. Without it `<!channel>`,
 * `<@U…>` and `<url|label>` come alive. Not for `rich_text` and `plain_text`, which Slack never parses.
 *
 * @see https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Length as Slack counts it against its limits: after it has escaped `&`, `<` and `>`. */
export function slackLength(text: string): number {
  return escapeMrkdwn(text).length;
}

/** What a text adds to a message, whose blocks are measured as JSON. */
export function jsonLength(text: string): number {
  return slackLength(JSON.stringify(text).slice(1, -1));
}

/**
 * The longest beginning of `text` that is at most `limit` characters long for Slack: never half a character, half an
 * escape or half a mask.
 */
export function cutToLength(text: string, limit: number, lengthOf = slackLength): string {
  // No character of a text is shorter for Slack. Halves of a character would never be told apart.
  let [fits, tooLong] = [0, Math.min(text.length, Math.floor(limit)) + 1];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (lengthOf(text.slice(0, endOfCharacter(text, middle))) <= limit) fits = middle;
    else tooLong = middle;
  }
  return text.slice(0, endOfUnit(text, fits));
}

/** Where the last unit ends that is whole at `end`. */
function endOfUnit(text: string, end: number): number {
  for (const start of UNIT_STARTS) {
    const at = text.lastIndexOf(start, end - 1);
    if (at === -1 || at < end - UNIT_LIMIT) continue;
    UNIT.lastIndex = at;
    if (UNIT.test(text) && UNIT.lastIndex > end) return at;
  }
  return end;
}

function endOfCharacter(text: string, at: number): number {
  const isInside = (text.codePointAt(at - 1) ?? 0) > LAST_OF_ONE_UNIT;
  return isInside ? at + 1 : at;
}

/** `text`, or its beginning with an ellipsis where it is longer than `limit`. For what only describes, never for what runs. */
export function abbreviate(text: string, limit: number): string {
  return slackLength(text) <= limit ? text : `${cutToLength(text, limit - 1)}…`;
}

/** What others wrote, where it stands among words of ours: nothing in it ends the quotation. */
export function quoted(text: string): string {
  return `“${text.replaceAll(/[“”]/g, '"')}”`;
}

/** `text` on one line, for phones and screen readers: line breaks shown as `⏎`. */
export function toOneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, (space) => (space.includes("\n") ? " ⏎ " : space));
}
