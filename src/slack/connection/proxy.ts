import type { Agent, ClientRequest } from "node:http";

import { HttpsProxyAgent } from "https-proxy-agent";

/** The way to Slack, as curl's variables say it. */
export interface ProxySettings {
  readonly apiURL: string;
  /** `http://` or `https://`; may carry a password. */
  readonly httpsProxy: string | undefined;
  /** `NO_PROXY` as it stands in the environment: hosts that are reached without the proxy. */
  readonly noProxy: string | undefined;
}

/** How long a proxy may take to open a tunnel, or to refuse one. */
const TUNNEL_LIMIT_MS = 10_000;

/** The first Bun whose WebSocket goes through an agent's proxy: https://github.com/oven-sh/bun/pull/25935 */
const FIRST_BUN_WITH_SOCKET_PROXY = "1.3.6";

/**
 * The `agent` for both of Slack's clients, so that HTTP calls and the WebSocket take the same way: through
 * `HTTPS_PROXY`, or directly where this is undefined. The way of the API's host is that of the WebSocket's,
 * which Slack chooses in the same domain.
 *
 * Extra certificate authorities need nothing of us: both runtimes read `NODE_EXTRA_CA_CERTS` themselves, for
 * HTTP and WebSocket, with and without a proxy.
 */
export function createProxyAgent({ apiURL, httpsProxy, noProxy }: ProxySettings): Agent | undefined {
  const url = new URL(apiURL);
  if (httpsProxy === undefined || url.protocol !== "https:" || isExempt(url, noProxy)) return undefined;
  return new TunnelAgent(httpsProxy);
}

/** Whoever gives a call up leaves its tunnel behind, if the proxy has not answered: it would be waited for for ever. */
class TunnelAgent extends HttpsProxyAgent<string> {
  override async connect(
    request: ClientRequest,
    options: Parameters<HttpsProxyAgent<string>["connect"]>[1],
  ): ReturnType<HttpsProxyAgent<string>["connect"]> {
    const late = new AbortController();
    const limit = setTimeout(() => late.abort(), TUNNEL_LIMIT_MS).unref();
    try {
      return await new HttpsProxyAgent(this.proxy, { signal: late.signal }).connect(request, options);
    } finally {
      clearTimeout(limit);
    }
  }
}

/**
 * Whether this runtime's WebSocket ignores the proxy agent and connects directly, which behind a firewall means
 * not at all. So it is in OpenCode's Bun before 1.3.6, and nothing can be handed to it that would help.
 */
export function socketIgnoresProxy(bunVersion: string | undefined = process.versions["bun"]): boolean {
  return (
    bunVersion !== undefined &&
    bunVersion.localeCompare(FIRST_BUN_WITH_SOCKET_PROXY, "en", { numeric: true }) < 0
  );
}

/** As curl reads `NO_PROXY`: a domain stands for its subdomains too, with or without a dot before it. */
function isExempt({ hostname, port }: URL, noProxy = ""): boolean {
  const hosts = [hostname, `${hostname}:${port || "443"}`];
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .map((entry) => entry.replace(/^\*?\./, ""))
    .some((domain) => domain === "*" || hosts.some((host) => host === domain || host.endsWith(`.${domain}`)));
}
