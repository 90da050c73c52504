/** The variables of the process that OpenCode runs in, as people set them. */

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Without blanks and quotes around values, which env files and copying leave there; what is empty is not set.
 * The small names of the proxy variables go first, as in curl.
 */
export function trimmed(env: Environment): Environment {
  const both = {
    ...env,
    HTTPS_PROXY: env["https_proxy"] || env["HTTPS_PROXY"],
    NO_PROXY: env["no_proxy"] || env["NO_PROXY"],
  };
  return Object.fromEntries(
    Object.entries(both).map(([name, value]) => [name, withoutQuotes(value) || undefined]),
  );
}

function withoutQuotes(value: string | undefined): string | undefined {
  return value
    ?.trim()
    .replace(/^(["'])(.*)\1$/s, "$2")
    .trim();
}
