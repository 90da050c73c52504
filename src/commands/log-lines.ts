/** The gateway's log as commands read it: what is no line of the kind that is looked for is passed over. */

import type * as z from "zod";

/** The lines of a log's text that are as `schema` says, in their order. */
export function parseLog<Line>(text: string, schema: z.ZodType<Line>): Line[] {
  return text.split("\n").flatMap((line) => parseLine(line, schema));
}

function parseLine<Line>(line: string, schema: z.ZodType<Line>): Line[] {
  try {
    const { data } = schema.safeParse(JSON.parse(line));
    return data === undefined ? [] : [data];
  } catch {
    return [];
  }
}
