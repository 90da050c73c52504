/** The Slack app that the gateway needs, as Slack's own form for it: https://docs.slack.dev/reference/app-manifest. */

export const SLACK_APP_MANIFEST = {
  display_information: {
    name: "OpenCode Gateway",
    description: "Posts OpenCode's permission requests and answers them with the button you press.",
  },
  features: {
    app_home: {
      home_tab_enabled: false,
      // Where a person gets direct messages of the app. They cannot write to it: it would not read that.
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: true,
    },
    bot_user: { display_name: "opencode-gateway", always_online: false },
  },
  oauth_config: {
    // None of them reads messages: who reads a card learns what its buttons carry.
    scopes: { bot: ["chat:write"] },
  },
  settings: {
    interactivity: { is_enabled: true },
    org_deploy_enabled: false,
    socket_mode_enabled: true,
    // The gateway reads its tokens once; a token that expires could not be renewed.
    token_rotation_enabled: false,
  },
} as const;

/** The address at which Slack makes an app of the manifest: https://docs.slack.dev/app-manifests/ */
export function manifestLink(): string {
  // An apostrophe would end the link where a terminal or a document looks for it.
  const manifest = encodeURIComponent(manifestYAML()).replaceAll("'", "%27");
  return `https://api.slack.com/apps?new_app=1&manifest_yaml=${manifest}`;
}

interface Values {
  readonly [name: string]: string | boolean | readonly string[] | Values;
}

/** As the documents show it, and as Slack takes it. */
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
