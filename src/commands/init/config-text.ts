/**
 * Changes in the text of OpenCode's configuration: comments, commas, line ends and indentation stay as somebody wrote
 * them. Pure.
 */

import {
  applyEdits,
  createScanner,
  findNodeAtLocation,
  modify,
  parse,
  parseTree,
  type Edit,
  type FormattingOptions,
  type Node,
  type ParseError,
} from "jsonc-parser";
import { isRecord } from "../checks/opencode-configs.ts";

/** What OpenCode asks about where its configuration says nothing of it: hardly anything. */
export const ASKING = { bash: "ask", edit: "ask", webfetch: "ask", external_directory: "ask" } as const;

const NEW_FILE = '{\n  "$schema": "https://opencode.ai/config.json"\n}\n';

const BYTE_ORDER_MARK = "\uFEFF";

/** Adds a plugin behind all others. @param text undefined where there is no file yet. */
export function addPlugin(text: string | undefined, spec: string): string {
  return change(text, (json, formattingOptions) => {
    const list = readValue(json)["plugin"];
    return Array.isArray(list)
      ? modify(json, ["plugin", list.length], spec, { formattingOptions, isArrayInsertion: true })
      : modify(json, ["plugin"], [spec], { formattingOptions });
  });
}

/** Writes another name in the place of one, with the options that stand beside it. */
export function replacePlugin(text: string, from: string, to: string): string {
  return change(text, (json, formattingOptions) => {
    const found = findPlugin(json, from);
    return found === undefined ? [] : modify(json, found.spec, to, { formattingOptions });
  });
}

/** Removes a plugin with its options. */
export function removePlugin(text: string, spec: string): string {
  return change(text, (json) => {
    const found = findPlugin(json, spec);
    const tree = parseTree(json, [], { allowTrailingComma: true });
    const item = found && tree && findNodeAtLocation(tree, found.item);
    return item === undefined ? [] : cutItem(json, item);
  });
}

/** By hand: the parser's own way takes the bracket along, or the comment behind the item before. */
function cutItem(json: string, item: Node): Edit[] {
  const siblings = item.parent?.children ?? [];
  const place = siblings.indexOf(item);
  const [before, after] = [siblings[place - 1], siblings[place + 1]];
  const end = endOf(item);
  const comma =
    commaIn(json, end, after?.offset ?? endOf(item.parent ?? item)) ??
    (before && commaIn(json, endOf(before), item.offset));
  const cuts = comma === undefined ? [item] : [item, { offset: comma, length: 1 }];
  return cuts.map(({ offset, length }) => ({ offset, length, content: "" }));
}

function endOf({ offset, length }: Node): number {
  return offset + length;
}

/** Not one in a comment. */
function commaIn(json: string, from: number, to: number): number | undefined {
  const scanner = createScanner(json, true);
  scanner.setPosition(from);
  scanner.scan();
  const offset = scanner.getTokenOffset();
  return offset < to && json[offset] === "," ? offset : undefined;
}

/** Makes OpenCode ask; what else a block says of other tools stays. */
export function addPermission(text: string | undefined): string {
  return change(text, (json, formattingOptions) => {
    const block = readValue(json)["permission"];
    const asking = isRecord(block) ? { ...block, ...ASKING } : ASKING;
    return modify(json, ["permission"], asking, { formattingOptions });
  });
}

/** The same in `plugin`, and in `plugins` of OpenCode 2. */
type Path = (string | number)[];

function findPlugin(json: string, spec: string): { readonly item: Path; readonly spec: Path } | undefined {
  const value = readValue(json);
  for (const key of ["plugin", "plugins"]) {
    const list: unknown = value[key];
    if (!Array.isArray(list)) continue;
    for (const [index, item] of list.entries()) {
      const path = [key, index];
      if (item === spec) return { item: path, spec: path };
      if (Array.isArray(item) && item[0] === spec) return { item: path, spec: [...path, 0] };
      if (isRecord(item) && item["package"] === spec) return { item: path, spec: [...path, "package"] };
    }
  }
  return undefined;
}

function readValue(json: string): Readonly<Record<string, unknown>> {
  const errors: ParseError[] = [];
  const value: unknown = parse(json, errors, { allowTrailingComma: true });
  // Whoever calls has read the file already: what is broken is not written.
  if (errors.length > 0 || !isRecord(value)) throw new Error("OpenCode's configuration cannot be read");
  return value;
}

function change(
  text: string | undefined,
  edit: (json: string, formatting: FormattingOptions) => Edit[],
): string {
  const given = text === undefined || text.trim() === "" ? NEW_FILE : text;
  const mark = given.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
  const json = given.slice(mark.length);
  return mark + applyEdits(json, edit(json, formattingOf(json)));
}

/** As the first line that is indented. */
function formattingOf(json: string): FormattingOptions {
  const [, indent = "  "] = /^([ \t]+)\S/m.exec(json) ?? [];
  return {
    eol: json.includes("\r\n") ? "\r\n" : "\n",
    insertSpaces: !indent.startsWith("\t"),
    tabSize: indent.startsWith("\t") ? 1 : indent.length,
  };
}
