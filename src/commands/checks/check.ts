/** What a check of the set-up has found, for a person: one line, and how to fix it. */

/** `unknown`: nobody can tell from here; something else has to prove it. */
export interface Check {
  readonly state: "ok" | "wrong" | "unknown";
  /** One sentence without a full stop. Never holds a secret. */
  readonly what: string;
  /** The exact step that fixes it, or finds out, as sentences. */
  readonly fix?: string;
}

export function ok(what: string): Check {
  return { state: "ok", what };
}

export function wrong(what: string, fix: string): Check {
  return { state: "wrong", what, fix };
}

export function unknown(what: string, fix?: string): Check {
  return { state: "unknown", what, ...(fix !== undefined && { fix }) };
}
