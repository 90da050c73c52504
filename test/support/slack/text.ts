const ENTITY_FREE_AMPERSAND = /&(?!(?:amp|lt|gt);)/g;

/** What Slack keeps alive between angle brackets: mentions, broadcasts, dates and links. */
const LIVE_REFERENCE = /<(?:[@#][CUWSG][A-Z0-9]*|![a-z^][^<>]*|(?:https?:\/\/|mailto:)[^<>\s][^<>]*)>/g;

const BARE_URL = /(?<![<|\w])https?:\/\/[^\s<>|]*[^\s<>|.,;:!?'")\]]/g;

/** Names that Slack takes for addresses: files with the ending of a country, too. */
const BARE_DOMAIN =
  /(?<![\w.@/:<|=-])(?:[a-z0-9][a-z0-9-]*\.)+(?:com|org|net|dev|app|ai|io|co|sh|py|rs|md|pl)(?![\w.-])(?:\/[^\s<>|]*[^\s<>|.,;:!?'")\]])?/gi;

/** Plain text as Slack keeps it: `&`, `<` and `>` as entities, entities that are there already left alone. */
export function escapePlainText(text: string): string {
  return text.replace(ENTITY_FREE_AMPERSAND, "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** mrkdwn as Slack keeps it: like {@link escapePlainText}, except that live references stay as they are. */
export function escapeMrkdwn(text: string): string {
  return outsideReferences(text, escapePlainText);
}

/** Makes links of bare addresses, as Slack does wherever `verbatim` is false. */
export function linkAddresses(mrkdwn: string): string {
  return mrkdwn.replace(BARE_URL, (address) => `<${address}>`);
}

/** Makes links of names that look like a domain, as Slack does in text; links that are there stay as they are. */
export function linkDomains(mrkdwn: string): string {
  return outsideReferences(mrkdwn, (part) =>
    part.replace(BARE_DOMAIN, (domain) => `<http://${domain}|${domain}>`),
  );
}

/** Makes mentions of `@name` and `#name`, as Slack does where `link_names` asks for it. */
export function linkNames(mrkdwn: string, references: ReadonlyMap<string, string>): string {
  return outsideReferences(mrkdwn, (part) =>
    part.replace(/[@#][\w.-]+/g, (name) => references.get(name) ?? name),
  );
}

/** Changes what stands between mentions, dates and links. */
export function outsideReferences(mrkdwn: string, change: (part: string) => string): string {
  const references = mrkdwn.match(LIVE_REFERENCE) ?? [];
  return mrkdwn
    .split(LIVE_REFERENCE)
    .map((part, index) => change(part) + (references[index] ?? ""))
    .join("");
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
