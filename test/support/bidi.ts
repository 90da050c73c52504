/**
 * The order in which a line is shown: Unicode's bidirectional algorithm, as far as a visible text needs it. It knows no
 * embeddings and isolates, because these are always escaped.
 *
 * @see https://www.unicode.org/reports/tr9/
 */

type Kind = "L" | "R" | "AL" | "EN" | "AN" | "ES" | "CS" | "ET" | "NSM" | "BN" | "ON";

const BRACKETS = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
]);

function kindOf(character: string): Kind {
  if (character === "\u200E") return "L";
  if (/\p{Mn}|\p{Me}/u.test(character)) return "NSM";
  if (/\p{Cf}|\uFE0F/u.test(character)) return "BN";
  if (/[0-9\u06F0-\u06F9]/.test(character)) return "EN";
  if (/[\u0660-\u0669\u066B\u066C]/.test(character)) return "AN";
  if (/[+-]/.test(character)) return "ES";
  if (/[,./:\u060C\u00A0]/.test(character)) return "CS";
  if (/[#$%°€\u066A]/.test(character)) return "ET";
  if (/[\u0590-\u05FF\u07C0-\u085F]/.test(character)) return "R";
  if (/[\u0600-\u07BF\u08A0-\u08FF]/.test(character)) return "AL";
  return /[\p{L}\p{Nl}]/u.test(character) ? "L" : "ON";
}

/**
 * @param direction of the paragraph; `auto` is that of its first strong character.
 * @returns the indices of the line's code points, from left to right.
 */
export function visualOrder(line: string, direction: "left-to-right" | "auto"): number[] {
  const characters = Array.from(line);
  const kinds = characters.map(kindOf);
  const first = kinds.find((kind) => kind === "L" || kind === "R" || kind === "AL");
  const base = direction === "auto" && (first === "R" || first === "AL") ? 1 : 0;
  const embedding: Kind = base === 1 ? "R" : "L";
  resolveWeak(kinds, embedding);
  resolveBrackets(characters, kinds, embedding);
  resolveNeutral(kinds, embedding);
  const levels = kinds.map((kind) => levelOf(kind, base));
  for (let at = characters.length - 1; at >= 0 && /\s/.test(characters[at] ?? ""); at -= 1) levels[at] = base;
  return reorder(levels);
}

function resolveWeak(kinds: Kind[], embedding: Kind): void {
  const each = (change: (kind: Kind, at: number) => Kind): void => {
    for (const [at, kind] of kinds.entries()) kinds[at] = change(kind, at);
  };
  each((kind, at) => (kind === "NSM" || kind === "BN" ? (kinds[at - 1] ?? embedding) : kind));
  let strong = embedding;
  each((kind) => {
    if (kind === "L" || kind === "R" || kind === "AL") strong = kind;
    return kind === "EN" && strong === "AL" ? "AN" : kind;
  });
  each((kind) => (kind === "AL" ? "R" : kind));
  each((kind, at) => {
    const before = kinds[at - 1];
    const isBetween = before === kinds[at + 1] && (before === "EN" || (before === "AN" && kind === "CS"));
    return (kind === "ES" || kind === "CS") && isBetween ? (before ?? kind) : kind;
  });
  each((kind, at) => (kind === "ET" && kinds[at - 1] === "EN" ? "EN" : kind));
  for (let at = kinds.length - 1; at >= 0; at -= 1)
    if (kinds[at] === "ET" && kinds[at + 1] === "EN") kinds[at] = "EN";
  each((kind) => (kind === "ES" || kind === "CS" || kind === "ET" ? "ON" : kind));
  strong = embedding;
  each((kind) => {
    if (kind === "L" || kind === "R") strong = kind;
    return kind === "EN" && strong === "L" ? "L" : kind;
  });
}

function sideOf(kind: Kind | undefined, embedding: Kind): Kind {
  if (kind === undefined) return embedding;
  return kind === "L" ? "L" : "R";
}

function resolveBrackets(characters: readonly string[], kinds: Kind[], embedding: Kind): void {
  const open: number[] = [];
  const pairs: [number, number][] = [];
  for (const [at, character] of characters.entries()) {
    if (BRACKETS.has(character)) open.push(at);
    const index = open.findLastIndex((each) => BRACKETS.get(characters[each] ?? "") === character);
    if (index === -1) continue;
    pairs.push([open[index] ?? 0, at]);
    open.length = index;
  }
  for (const [from, to] of pairs.sort(([one], [other]) => one - other)) {
    const inside = kinds.slice(from + 1, to).filter((kind) => kind !== "ON");
    const sides = inside.map((kind) => sideOf(kind, embedding));
    if (sides.length === 0) continue;
    const before = kinds.slice(0, from).findLast((kind) => kind !== "ON");
    const side = sides.includes(embedding) ? embedding : sideOf(before, embedding);
    kinds[from] = kinds[to] = side;
  }
}

function resolveNeutral(kinds: Kind[], embedding: Kind): void {
  for (let from = 0; from < kinds.length; from += 1) {
    if (kinds[from] !== "ON") continue;
    let to = from;
    while (kinds[to] === "ON") to += 1;
    const before = sideOf(kinds[from - 1], embedding);
    const behind = sideOf(kinds[to], embedding);
    kinds.fill(before === behind ? before : embedding, from, to);
    from = to;
  }
}

function levelOf(kind: Kind, base: number): number {
  if (kind === "EN" || kind === "AN") return 2;
  if (kind === "L") return base === 0 ? 0 : 2;
  return 1;
}

function reorder(levels: readonly number[]): number[] {
  const order = [...levels.keys()];
  for (let level = Math.max(0, ...levels); level > 0; level -= 1)
    for (let from = 0; from < order.length; from += 1) {
      let to = from;
      while (to < order.length && (levels[order[to] ?? 0] ?? 0) >= level) to += 1;
      order.splice(from, to - from, ...order.slice(from, to).toReversed());
      from = Math.max(from, to);
    }
  return order;
}
