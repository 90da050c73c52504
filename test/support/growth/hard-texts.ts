/** Texts that keep a regular expression busy, made of what it looks for itself. */

import { readShape, type Shape } from "./regexp-shape.ts";

/** A text of about so many characters. */
export interface HardText {
  /** What it is made of, to be read in a report. */
  readonly name: string;
  readonly make: (length: number) => string;
}

/** What is tried for a class of characters, besides what the expression names itself. */
const CHARACTERS = Array.from(
  "aA0 _-.,:;=/\\'\"()[]{}<>|&$#@!?*+%~^`\n\t\r\u00E9\u0430\u4F60\u{1F600}\u00A0\u200B\u202E\u0301\u2800\u2028\uFF41\uD800",
);
/** A character that hardly any expression looks for ends what goes well so far. */
const ENDS = ["", "\u0001", "\n", "z"];
/** Of each class so many characters are tried. */
const TRIED_CHARACTERS = 5;
/** Texts of one expression: what has many alternatives would have thousands. */
const TEXTS_LIMIT = 120;
/** Long prefixes say nothing that short ones do not. */
const PREFIX_LIMIT = 200;

interface Pump {
  /** What must stand before, so that the expression gets here. */
  readonly prefix: string;
  /** What is repeated here. */
  readonly body: Shape;
}

export function hardTexts({ source, flags }: Pick<RegExp, "source" | "flags">): HardText[] {
  const shape = readShape(source);
  const alphabet = tellingCharacters(shape, flags);
  const pick = createPicker(shape, flags, alphabet);
  const pumps = findPumps(shape, "", pick);
  const units = pumps.map(({ body, prefix }) => ({ prefix, texts: pumpTexts(body) }));
  const all = [...new Set(units.flatMap(({ texts }) => texts))];
  const texts = new Map<string, HardText>();
  const add = (name: string, make: HardText["make"]): void => void texts.set(name, { name, make });

  for (const prefix of prefixesOf(shape, "", pick)) repeat(prefix);
  for (const unit of [...all, ...alphabet]) repeat(unit);
  for (const { prefix, texts: bodies } of units) {
    for (const body of bodies) {
      repeat(prefix + body);
      repeat(prefix + body.repeat(8));
      for (const end of ENDS)
        add(`${show(prefix)} ${show(body)}… ${show(end)}`, (length) => prefix + fill(body, length) + end);
    }
  }
  for (const [index, one] of alphabet.entries()) {
    for (const other of alphabet.slice(index + 1)) {
      repeat(one + other);
      add(
        `${show(one)}…${show(other)}…`,
        (length) => fill(one, length / 2) + fill(other, length / 2) + "\u0001",
      );
    }
  }
  return spread([...texts.values()], TEXTS_LIMIT);

  /** What a part that is repeated may take, of each kind one. */
  function pumpTexts(body: Shape): string[] {
    const characters =
      body.kind === "character" ? alphabet.filter((one) => matcher(body.source, flags).test(one)) : [];
    const options = body.kind === "group" && body.body.kind === "choice" ? body.body.options : [body];
    return [...new Set([...options.map(pick), ...characters.slice(0, TRIED_CHARACTERS)])].filter(
      (text) => text !== "",
    );
  }

  function repeat(unit: string): void {
    if (unit !== "") add(`${show(unit)}…`, (length) => fill(unit, length));
  }
}

/** So many of all, from everywhere among them. */
export function spread<T>(all: readonly T[], count: number): T[] {
  return all.filter(
    (_, index) =>
      Math.floor((index * count) / all.length) !== Math.floor(((index - 1) * count) / all.length) ||
      all.length <= count,
  );
}

function show(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}(${text.length})` : text);
}

function fill(unit: string, length: number): string {
  return unit.repeat(Math.max(1, Math.ceil(length / unit.length)));
}

function charactersOf(shape: Shape): string[] {
  switch (shape.kind) {
    case "character":
      return [shape.source];
    case "sequence":
      return shape.items.flatMap(charactersOf);
    case "choice":
      return shape.options.flatMap(charactersOf);
    case "repeat":
    case "look":
    case "group":
      return charactersOf(shape.body);
    case "again":
    case "place":
      return [];
  }
}

function matcher(source: string, flags: string): RegExp {
  return new RegExp(`^${source}$`, flags.replaceAll(/[gyd]/g, ""));
}

function countSets(sets: string): number {
  return sets.split("1").length;
}

/** One for each set of the expression's characters that have it in common; those that most have come first. */
function tellingCharacters(shape: Shape, flags: string): string[] {
  const matchers = [...new Set(charactersOf(shape))].map((source) => matcher(source, flags));
  const named = charactersOf(shape).flatMap((source) =>
    Array.from(source.replaceAll(/\\[a-zA-Z]|[[\]]/g, "")),
  );
  const bySets = new Map<string, string>();
  for (const character of [...CHARACTERS, ...named]) {
    const sets = matchers.map((each) => (each.test(character) ? "1" : "0")).join("");
    if (sets.includes("1") && !bySets.has(sets)) bySets.set(sets, character);
  }
  return [...bySets]
    .sort(([one], [other]) => countSets(other) - countSets(one))
    .map(([, character]) => character)
    .slice(0, 12);
}

type Picker = (shape: Shape) => string;

/** Says a short text that a part of the expression takes. */
function createPicker(shape: Shape, flags: string, alphabet: readonly string[]): Picker {
  const groups = new Map<string, Shape>();
  collect(shape);

  function collect(part: Shape): void {
    if (part.kind === "group") for (const name of part.names) groups.set(name, part.body);
    if (part.kind === "sequence") part.items.forEach(collect);
    else if (part.kind === "choice") part.options.forEach(collect);
    else if (part.kind === "repeat" || part.kind === "look" || part.kind === "group") collect(part.body);
  }

  function pickCharacter(source: string): string {
    const each = matcher(source, flags);
    const own = Array.from(source).filter((character) => !"[]^\\".includes(character));
    return [...own.slice(0, 1), ...alphabet, ...CHARACTERS, ...own].find((one) => each.test(one)) ?? "";
  }

  const pick: Picker = (part) => {
    switch (part.kind) {
      case "character":
        return pickCharacter(part.source);
      case "sequence":
        return part.items.map(pick).join("");
      case "choice":
        return part.options[0] === undefined ? "" : pick(part.options[0]);
      case "repeat":
        return pick(part.body).repeat(part.min);
      case "group":
        return pick(part.body);
      case "again": {
        const group = groups.get(part.group);
        return group === undefined ? "" : pick(group);
      }
      case "look":
      case "place":
        return "";
    }
  };
  return pick;
}

/** Every part that may be repeated for long. */
function findPumps(shape: Shape, prefix: string, pick: Picker): Pump[] {
  if (prefix.length > PREFIX_LIMIT) return [];
  switch (shape.kind) {
    case "repeat": {
      const inner = findPumps(shape.body, prefix, pick);
      return shape.max >= 8 ? [{ prefix, body: shape.body }, ...inner] : inner;
    }
    case "sequence": {
      let before = prefix;
      return shape.items.flatMap((item) => {
        const found = findPumps(item, before, pick);
        before += pick(item);
        return found;
      });
    }
    case "choice":
      return shape.options.flatMap((option) => findPumps(option, prefix, pick));
    case "look":
    case "group":
      return findPumps(shape.body, prefix, pick);
    case "character":
    case "again":
    case "place":
      return [];
  }
}

/** Every beginning of what the expression takes, as short as it can be. */
function prefixesOf(shape: Shape, prefix: string, pick: Picker): string[] {
  if (prefix.length > PREFIX_LIMIT) return [];
  switch (shape.kind) {
    case "sequence": {
      let before = prefix;
      return shape.items.flatMap((item) => {
        const inner = prefixesOf(item, before, pick);
        before += pick(item);
        return [...inner, before];
      });
    }
    case "choice":
      return shape.options.flatMap((option) => [...prefixesOf(option, prefix, pick), prefix + pick(option)]);
    case "repeat":
    case "look":
    case "group":
      return [...prefixesOf(shape.body, prefix, pick), prefix + pick(shape.body)];
    case "character":
    case "again":
    case "place":
      return [prefix + pick(shape)];
  }
}
