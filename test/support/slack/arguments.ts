import { z } from "zod";

/** A boolean argument: JSON's own, or a form's word. */
export const flag = z.union([
  z.boolean(),
  z.enum(["true", "1"]).transform(() => true),
  z.enum(["false", "0"]).transform(() => false),
]);

/** A number argument: JSON's own, or a form's digits. */
export const count = z.coerce.number().int().min(0);

/** Something structured: JSON as a string (in a form, in a frame), or already parsed (in a JSON body). */
export const structured = z.unknown().transform((value, context): unknown => {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch (error) {
    context.addIssue({ code: "custom", message: error instanceof Error ? error.message : "invalid JSON" });
    return z.NEVER;
  }
});
