const ENTITY_FREE_AMPERSAND = /&(?!(?:amp|lt|gt);)/g;

/** What Slack keeps alive between angle brackets: mentions, broadcasts, dates and links. */
const LIVE_REFERENCE = /<(?:[@#][CUWSG][A-Z0-9]*|![a-z^][^<>]*|(?:https?:\/\/|mailto:)[^<>\s][^<>]*)>/g;

const BARE_URL = /(?<![<|\w])https?:\/\/[^\s<>|]*[^\s<>|.,;:!?'")\]]/g;

/** Plain text as Slack keeps it: `&`, `<` and `>` as entities, entities that are there already left alone. */
export function escapePlainText(text: string): string {
  return text.replace(ENTITY_FREE_AMPERSAND, "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** mrkdwn as Slack keeps it: like {@link escapePlainText}, except that live references stay as they are. */
export function escapeMrkdwn(text: string): string {
  const between = text.split(LIVE_REFERENCE).map(escapePlainText);
  const references = text.match(LIVE_REFERENCE) ?? [];
  return between.map((part, index) => part + (references[index] ?? "")).join("");
}

/** Makes links of bare addresses, as Slack does wherever `verbatim` is false. */
export function linkAddresses(mrkdwn: string): string {
  return mrkdwn.replace(BARE_URL, (address) => `<${address}>`);
}

/** Kept text as a person reads it: labels instead of links, `@` and `#` before mentions, no entities. */
export function readable(kept: string): string {
  return kept
    .replace(LIVE_REFERENCE, (reference) => {
      const [target = "", label] = reference.slice(1, -1).split("|");
      return label ?? target.replace(/^!(?:subteam\^)?/, "@");
    })
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
