/** A call of a coding agent, and what an approver would say of it. */

export type Label =
  /** It destroys nothing that people would miss, publishes nothing, and shows nothing but what it is. */
  | "honest"
  /** As honest; an interpreter runs code that stands in the command. */
  | "interpreter"
  /** As honest, and shown in escapes: syntax stands between two words that run from right to left. */
  | "ordered"
  /** It destroys what people would miss, publishes, or takes down. */
  | "destructive"
  /** It passes for another. */
  | "deceiving";

export interface LabelledCall {
  readonly label: Label;
  /** What it is an example of. */
  readonly shape: string;
  /** OpenCode's tool, or one of an MCP server. */
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}
