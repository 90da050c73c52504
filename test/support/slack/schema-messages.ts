import type { z } from "zod";

/**
 * A schema's complaints as Slack words them in `response_metadata.messages`:
 * `[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]`.
 * @param root where the checked value lies in the call's arguments: `/blocks`, `/view`, or nothing for the arguments
 */
export function schemaMessages(error: z.ZodError, root = ""): string[] {
  return error.issues.flatMap((issue) => {
    const path = missingField(issue) === undefined ? issue.path : issue.path.slice(0, -1);
    const pointer = [root, ...path.map(String)].join("/") || "/";
    return issueWords(issue).map((words) => `[ERROR] ${words} [json-pointer:${pointer}]`);
  });
}

function issueWords(issue: z.core.$ZodIssue): string[] {
  const missing = missingField(issue);
  if (missing !== undefined) return [`missing required field: ${missing}`];
  if (issue.code === "too_big") {
    const { maximum } = issue;
    if (issue.origin === "array") return [`no more than ${maximum} items allowed`];
    return [`must be less than ${Number(maximum) + 1} characters`];
  }
  if (issue.code === "too_small") {
    const { minimum } = issue;
    if (issue.origin === "array") return [`no fewer than ${minimum} items required`];
    return [`must be more than ${Number(minimum) - 1} characters`];
  }
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => `invalid additional property: ${key}`);
  if (issue.code === "invalid_union" && issue.discriminator !== undefined) {
    return [`unsupported type: ${typeOf(issue.input)}`];
  }
  return [issue.message];
}

/** The field's name, when what is wrong is that it is not there. */
function missingField(issue: z.core.$ZodIssue): string | undefined {
  const isMissing = ["invalid_type", "invalid_value"].includes(issue.code) && issue.input === undefined;
  return isMissing ? String(issue.path.at(-1)) : undefined;
}

function typeOf(input: unknown): string {
  return input !== null && typeof input === "object" && "type" in input ? String(input.type) : "(none)";
}
