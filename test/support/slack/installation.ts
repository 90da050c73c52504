/** Which of an app's two tokens a call carries: `xoxb-…` or `xapp-…`. */
export type TokenKind = "bot" | "app";

/** The app's tokens with what they may do. Both can be taken away while the stand-in runs. */
export interface Installation {
  readonly botToken: string;
  readonly appToken: string;
  readonly scopes: Record<TokenKind, Set<string>>;
  /** Answers every later call of that token with the error, until {@link restore}. */
  revoke(kind: TokenKind, error?: "token_revoked" | "account_inactive" | "invalid_auth"): void;
  restore(kind: TokenKind): void;
  /** Whose token it is, or Slack's error when it is nobody's, revoked, or of the wrong kind for the method. */
  check(token: string | undefined, needed: TokenKind): { ok: true } | { ok: false; error: string };
}

/** Everything the app's manifest asks for; a test takes scopes away by giving fewer. */
export const DEFAULT_BOT_SCOPES: readonly string[] = ["chat:write", "channels:read", "groups:read"];

/** An installed app with fresh tokens. */
export function createInstallation({
  botToken,
  appToken,
  botScopes,
}: {
  botToken: string;
  appToken: string;
  botScopes: readonly string[];
}): Installation {
  const revoked = new Map<TokenKind, string>();
  const kindOf = (token: string): TokenKind | undefined =>
    token === botToken ? "bot" : token === appToken ? "app" : undefined;

  return {
    botToken,
    appToken,
    scopes: { bot: new Set(botScopes), app: new Set(["connections:write"]) },
    revoke: (kind, error = "token_revoked") => void revoked.set(kind, error),
    restore: (kind) => void revoked.delete(kind),
    check(token, needed) {
      if (token === undefined) return { ok: false, error: "not_authed" };
      const kind = kindOf(token);
      if (kind === undefined) return { ok: false, error: "invalid_auth" };
      const error = revoked.get(kind);
      if (error !== undefined) return { ok: false, error };
      return kind === needed ? { ok: true } : { ok: false, error: "not_allowed_token_type" };
    },
  };
}
