import type { Redirection } from "unbash";
import type { Glob } from "./wildcards.ts";

/** What one simple command is given, or where its output goes. */
export interface Stream {
  /** `>`, `<<<` and so on; `|` for what is printed into a pipeline. */
  readonly operator: Redirection["operator"] | "|";
  /** A file's name; of a here-document, and of what is printed, the text. */
  readonly target: Glob;
}
