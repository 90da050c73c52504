/** Values as JSON. */

import { jsonText } from "../system/json-text.ts";
import type { Sliced } from "../system/sliced.ts";

/** Characters of JSON that are made into bytes in one piece. */
const PIECE_CHARACTERS = 20_000;

/** The bytes of what `JSON.stringify` makes of a value of JSON, one behind the other. */
export function* jsonBytes(value: unknown): Sliced<Buffer[]> {
  const bytes: Buffer[] = [];
  let written = "";

  function* write(part: unknown): Sliced<void> {
    if (Array.isArray(part)) yield* writeItems(part);
    else if (typeof part === "object" && part !== null) yield* writeFields(part);
    else if (typeof part === "string") yield* writeText(part);
    else yield* add(JSON.stringify(part));
  }

  function* writeText(text: string): Sliced<void> {
    for (const part of jsonText(text)) yield* add(part);
  }

  function* add(part: string): Sliced<void> {
    written += part;
    if (written.length < PIECE_CHARACTERS) return;
    bytes.push(Buffer.from(written));
    written = "";
    yield;
  }

  function* writeItems(items: readonly unknown[]): Sliced<void> {
    let before = "[";
    for (const item of items) {
      written += before;
      yield* write(item);
      before = ",";
    }
    written += items.length === 0 ? "[]" : "]";
  }

  function* writeFields(fields: object): Sliced<void> {
    let before = "{";
    for (const [name, field] of Object.entries(fields)) {
      if (field === undefined) continue;
      written += before;
      yield* writeText(name);
      written += ":";
      yield* write(field);
      before = ",";
    }
    written += before === "{" ? "{}" : "}";
  }

  yield* write(value);
  return [...bytes, Buffer.from(written)];
}
