/** What somebody typed behind a command. */

import { parseArgs } from "node:util";
import { namesNear } from "../system/nearest.ts";

/** As `parseArgs` of Node takes them. */
export type Options = Readonly<
  Record<
    string,
    { readonly type: "string" | "boolean"; readonly short?: string; readonly multiple?: boolean }
  >
>;

/** The command was not typed as its help says. The message is one line. */
export class UsageError extends Error {
  override name = "UsageError";
}

export interface Arguments {
  readonly positionals: readonly string[];
  has(option: string): boolean;
  /** The last value of an option that takes one. */
  value(option: string): string | undefined;
  /** All its values. */
  values(option: string): readonly string[];
}

interface OptionToken {
  readonly kind: "option";
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

/**
 * By the tokens, and not strictly: the runtimes word their own complaints differently, and know no name that is near.
 *
 * @throws UsageError when an option is not known, lacks its value, or takes none.
 */
export function readArguments(args: readonly string[], options: Options): Arguments {
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const given = tokens.filter(
    (token): token is Extract<typeof token, OptionToken> => token.kind === "option",
  );
  for (const token of given) checkOption(token, options);
  const values = (option: string): string[] =>
    given.flatMap(({ name, value }) => (name === option && value !== undefined ? [value] : []));
  return {
    positionals,
    has: (option) => given.some(({ name }) => name === option),
    value: (option) => values(option).at(-1),
    values,
  };
}

/** A sentence for a name that is not known: with the nearest one that is, if any is near. */
export function suggest(name: string, known: readonly string[], prefix = ""): string {
  const [nearest] = namesNear(name, known);
  return nearest === undefined ? "" : ` Did you mean ${prefix}${nearest}?`;
}

function checkOption({ name, rawName, value, inlineValue }: OptionToken, options: Options): void {
  const option = options[name];
  if (option === undefined)
    throw new UsageError(`Unknown option: ${rawName}.${suggest(name, Object.keys(options), "--")}`);
  if (option.type === "boolean" && value !== undefined) throw new UsageError(`${rawName} takes no value.`);
  const isMissing = value === undefined || (inlineValue === false && value.startsWith("-"));
  if (option.type === "string" && isMissing) throw new UsageError(`${rawName} needs a value.`);
}
