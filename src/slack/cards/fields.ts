/** Any JSON as the fields that it has, by their paths: `blocks[1].elements[0].style`. No path holds a text. Pure. */

import { createHash } from "node:crypto";
import { DEPTH_LIMIT } from "./message-content.ts";

/** As Slack names fields. Whatever else stands for a name may be a text. */
const NAME = /^[a-z]\w{0,39}$/i;
const HASH_LENGTH_CHARS = 8;

/** The path of a field of what is at `path`. */
export function fieldPath(path: string, name: string): string {
  const said = NAME.test(name) ? name : `?${hashOf(name)}`;
  return path === "" ? said : `${path}.${said}`;
}

/** The path of an item of the list at `path`. */
export function itemPath(path: string, index: number): string {
  return `${path}[${index}]`;
}

/** Where two of anything differ. */
export function differingFields(one: unknown, other: unknown): readonly string[] {
  const [ones, others] = [new Map(fieldsOf(one, "", 0)), new Map(fieldsOf(other, "", 0))];
  const paths = new Set([...ones.keys(), ...others.keys()]);
  return [...paths].filter((path) => ones.get(path) !== others.get(path));
}

/** Every value, as JSON; of a list or an object, whether it is empty. */
function* fieldsOf(
  value: unknown,
  path: string,
  depth: number,
): Generator<readonly [path: string, value: string]> {
  if (typeof value !== "object" || value === null || depth > DEPTH_LIMIT) {
    yield [
      path,
      typeof value === "object" && value !== null ? "nested too deeply" : (JSON.stringify(value) ?? ""),
    ];
    return;
  }
  if (Object.keys(value).length === 0) yield [path, JSON.stringify(value)];
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* fieldsOf(item, itemPath(path, index), depth + 1);
    return;
  }
  for (const [name, field] of Object.entries(value)) yield* fieldsOf(field, fieldPath(path, name), depth + 1);
}

function hashOf(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, HASH_LENGTH_CHARS);
}
