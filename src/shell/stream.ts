import type { Redirection } from "unbash";
import type { Glob } from "./wildcards.ts";

/** A redirection of one simple command. */
export interface Stream {
  /** `>`, `<<<` and so on. */
  readonly operator: Redirection["operator"];
  /** A file's name; of a here-document its text. */
  readonly target: Glob;
}
