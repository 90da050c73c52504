/** A few of Slack's emoji: the name that `:name:` and `emoji` elements use, by code points as Slack writes them. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["26a0-fe0f", "warning"],
  ["2705", "white_check_mark"],
  ["274c", "x"],
  ["1f680", "rocket"],
  ["1f525", "fire"],
  ["1f512", "lock"],
  ["1f389", "tada"],
  ["1f44d", "+1"],
  ["1f600", "grinning"],
  ["1f642", "slightly_smiling_face"],
  ["1f4a5", "boom"],
  ["1f4b2", "heavy_dollar_sign"],
  ["2796", "heavy_minus_sign"],
  ["2764-fe0f", "heart"],
  ["1f469-200d-1f4bb", "woman-technologist"],
]);

/** How an app may write one: with or without the mark that asks for the coloured picture. */
const SPELLINGS: ReadonlyMap<string, { readonly name: string; readonly unicode: string }> = new Map(
  [...NAMES].flatMap(([unicode, name]) => {
    const text = textOf(unicode);
    return [text, text.replace("\uFE0F", "")].map((spelling) => [spelling, { name, unicode }] as const);
  }),
);

const EMOJI = new RegExp(
  [...SPELLINGS.keys()].toSorted((one, other) => other.length - one.length).join("|"),
  "gu",
);

/** An emoji that Slack has found in a text. */
export type EmojiElement = { readonly type: "emoji"; readonly name: string; readonly unicode: string };

/** Text in which each emoji is `:name:`. */
export function nameEmoji(text: string): string {
  return text.replace(EMOJI, (spelling) => `:${SPELLINGS.get(spelling)?.name}:`);
}

/** A text's parts: what stands between emoji, never empty, and the emoji. */
export function splitAtEmoji(text: string): (string | EmojiElement)[] {
  const between = text.split(EMOJI);
  const found = (text.match(EMOJI) ?? []).flatMap((spelling) => SPELLINGS.get(spelling) ?? []);
  return between
    .flatMap((part, index): (string | EmojiElement)[] => {
      const emoji = found[index];
      return emoji === undefined ? [part] : [part, { type: "emoji", ...emoji }];
    })
    .filter((part) => part !== "");
}

/** The emoji as a person sees it, spelled as short as can be. */
export function textOf(unicode: string): string {
  return String.fromCodePoint(...unicode.split("-").map((point) => Number.parseInt(point, 16)));
}
