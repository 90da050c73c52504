import { SLACK_APP_MANIFEST } from "../../src/slack/manifest.ts";

interface Values {
  readonly [name: string]: string | boolean | readonly string[] | Values;
}

/** The Slack app's manifest as the documents show it, and as Slack takes it. */
export function manifestYAML(): string {
  return `${linesOf(SLACK_APP_MANIFEST, "").join("\n")}\n`;
}

/** Enough of YAML for a manifest: none of its texts needs quotes. */
function linesOf(values: Values, indent: string): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (typeof value !== "object") return `${indent}${name}: ${value}`;
    const below = isList(value) ? value.map((item) => `${indent}  - ${item}`) : linesOf(value, `${indent}  `);
    return [`${indent}${name}:`].concat(below);
  });
}

function isList(value: Values | readonly string[]): value is readonly string[] {
  return Array.isArray(value);
}
