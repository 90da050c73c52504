/** The variables that no command may see which OpenCode runs; apart, so that the entry need not load the configuration. */

/** Who we are at Slack, and whom we trust. */
const SLACK_VARIABLES = [
  "SLACK_BOT_TOKEN",
  "SLACK_APP_TOKEN",
  "SLACK_API_URL",
  "SLACK_CHANNEL_ID",
  "SLACK_APPROVER_IDS",
] as const;

/** Names the file that may hold all others. Without it, an OpenCode that a command starts does not find our tokens. */
export const ENV_FILE_VARIABLE = "OPENCODE_SLACK_GATEWAY_ENV_FILE";

/** With these a command could answer what OpenCode asks, through its server. */
const LOGIN_VARIABLES = [
  "OPENCODE_SERVER_PASSWORD",
  "OPENCODE_SERVER_USERNAME",
  "OPENCODE_PASSWORD",
] as const;

/** Whether a variable is the gateway's own. */
export function isOurs(name: string): boolean {
  return SLACK_VARIABLES.some((known) => known === name) || name.startsWith("OPENCODE_SLACK_GATEWAY_");
}

/**
 * What a command gets in their place. A login that is not set stays so: to an OpenCode that a command starts with a
 * password of its own, an empty user name is another one than none.
 */
export function blanksFor(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const login = LOGIN_VARIABLES.filter((variable) => environment[variable] !== undefined);
  return Object.fromEntries(
    [...SLACK_VARIABLES, ENV_FILE_VARIABLE, ...login].map((variable) => [variable, ""]),
  );
}
