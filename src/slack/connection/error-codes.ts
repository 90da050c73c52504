/**
 * What each error code means that Slack documents for the methods that are called here, and what a person can do about
 * it: https://docs.slack.dev/reference/methods. What is not in this table, nobody has documented.
 */

/**
 * - `app`: nothing works before a person has changed something at Slack or in the environment.
 * - `channel`: nothing goes into this channel before a person has changed something there.
 * - `message`: Slack will never take this very message, file, dialog or question.
 * - `deleted`: the message that is to be changed is not there any more.
 * - `presser`: nobody can be told, because whoever pressed is not there.
 * - `later`: it may work by itself after a while.
 */
export type Meaning = "app" | "channel" | "message" | "deleted" | "presser" | "later";

export interface ErrorCode {
  readonly meaning: Meaning;
  /** A sentence; missing where a person can do nothing, or nothing but wait. */
  readonly advice?: string;
}

/** The two tokens of an app, by the variables that hold them. */
export type TokenVariable = "SLACK_BOT_TOKEN" | "SLACK_APP_TOKEN";

/** Stands for one of the two. */
const A_TOKEN = "{token}";

const TOKEN = `Slack does not accept the token in ${A_TOKEN}: copy it again from the app's page, and check that the app is installed; then restart OpenCode.`;
const CONNECTIONS_SCOPE =
  "The token in SLACK_APP_TOKEN lacks the scope connections:write: generate another one under Basic Information, App-Level Tokens.";
const CHANNEL =
  "Slack does not know the channel in SLACK_CHANNEL_ID, or the app cannot see it: check the ID and invite the app with /invite.";
const ARCHIVED =
  "The channel in SLACK_CHANNEL_ID is archived: choose another. Its cards cannot change any more.";
const NO_POSTING =
  "Slack does not let the app post in the channel: ask a workspace admin, or choose another channel.";
const SOCKET_MODE = "Socket Mode is off: switch it on in the Slack app's settings.";
const ADMIN = "A workspace admin does not let this app work: ask the admin to approve it.";
const OUTDATED = "Slack no longer supports something that the gateway uses: update opencode-slack-gateway.";

function all(meaning: Meaning, codes: readonly string[], advice?: string): [string, ErrorCode][] {
  return codes.map((code) => [code, advice === undefined ? { meaning } : { meaning, advice }]);
}

const APP = [
  ...all("app", ["account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"], TOKEN),
  ...all("app", ["is_bot", "missing_args", "not_allowed_token_type"], TOKEN),
  ...all("app", ["link_disabled", "socket_mode_disabled"], SOCKET_MODE),
  ...all("app", ["access_denied", "app_access_restricted", "forbidden_team"], ADMIN),
  ...all("app", ["enterprise_is_restricted", "team_access_not_granted"], ADMIN),
  ...all("app", ["deprecated_endpoint", "method_deprecated", "unknown_method"], OUTDATED),
  ...all("app", ["app_uninstalled", "missing_scope", "no_permission", "org_login_required", "team_disabled"]),
  ...all("app", ["two_factor_setup_required"]),
];

const OF_CHANNEL = [
  ...all("channel", ["channel_is_limited_access", "channel_not_found", "invalid_channel"], CHANNEL),
  ...all("channel", ["team_not_found"], CHANNEL),
  ...all("channel", ["not_in_channel"], "The Slack app is not in the channel: invite it there with /invite."),
  ...all("channel", ["is_archived", "is_inactive"], ARCHIVED),
  ...all("channel", ["ekm_access_denied", "restricted_action"], NO_POSTING),
  ...all(
    "channel",
    ["restricted_action_read_only_channel", "restricted_action_thread_only_channel"],
    NO_POSTING,
  ),
  ...all(
    "channel",
    ["messages_tab_disabled"],
    "The Slack app cannot send direct messages: switch on the Messages Tab under App Home in its settings.",
  ),
  ...all(
    "channel",
    ["cannot_dm_bot"],
    "The ID in SLACK_CHANNEL_ID belongs to a bot, which cannot press a button: set the ID of a channel or a person.",
  ),
];

/** Of what a message, a file, a dialog or a question is made of, or of a thread that takes none. */
const OF_MESSAGE = [
  ...all("message", ["invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"]),
  ...all("message", ["block_mismatch", "invalid_arguments", "invalid_attachments", "no_text"]),
  ...all("message", ["attachment_payload_limit_exceeded", "markdown_text_conflict", "missing_argument"]),
  ...all("message", ["too_many_attachments", "too_many_contact_cards", "as_user_not_supported"]),
  ...all("message", ["invalid_arg_name", "invalid_array_arg", "invalid_charset", "invalid_form_data"]),
  ...all("message", ["invalid_post_type", "missing_post_type", "insecure_request", "invalid_cursor"]),
  ...all("message", ["invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large"]),
  ...all("message", ["metadata_must_be_sent_from_app", "send_on_behalf_not_allowed"]),
  ...all("message", ["draft_already_deleted", "draft_already_sent", "draft_has_conflict", "draft_not_found"]),
  ...all("message", ["duplicate_channel_not_found", "duplicate_message_not_found"]),
  ...all("message", ["cant_broadcast_message", "no_dual_broadcast_content_update", "cant_update_message"]),
  ...all("message", ["cant_delete_message", "compliance_exports_prevent_deletion"]),
  ...all("message", ["cannot_reply_to_message", "thread_not_found"]),
  ...all("message", ["restricted_action_non_threadable_channel", "restricted_action_thread_locked"]),
  ...all("message", ["slack_connect_canvas_sharing_blocked", "slack_connect_file_link_sharing_blocked"]),
  ...all("message", ["slack_connect_lists_sharing_blocked", "slack_connect_clip_sharing_blocked"]),
  ...all("message", ["slack_connect_blocked_file_type", "slack_connect_file_upload_sharing_blocked"]),
  ...all("message", ["duplicate_external_id", "exchanged_trigger_id", "expired_trigger_id"]),
  ...all("message", ["invalid_trigger_id", "view_too_large"]),
  ...all(
    "message",
    ["edit_window_closed"],
    "The workspace does not let anybody change older messages, so closed cards keep their buttons: ask an admin to allow editing at any time.",
  ),
  ...all(
    "message",
    ["no_such_subteam"],
    "Slack does not know a user group in SLACK_APPROVER_IDS: check its ID.",
  ),
  ...all(
    "message",
    ["plan_upgrade_required"],
    "The workspace's plan has no user groups: list people in SLACK_APPROVER_IDS.",
  ),
];

const OF_FILE = [
  ...all("message", ["alt_txt_too_large", "blocked_file_type", "channels_limit_exceeded", "file_deleted"]),
  ...all("message", ["file_is_deleted", "file_not_found", "file_share_limit_reached"]),
  ...all("message", ["file_type_not_allowed", "file_upload_size_restricted", "file_uploads_disabled"]),
  ...all("message", ["file_uploads_except_images_disabled", "max_file_sharing_exceeded"]),
  ...all("message", ["missing_file_data", "posting_to_channel_denied", "snippet_too_large"]),
  ...all("message", ["unable_to_share_files", "unknown_snippet_type", "unknown_subtype"]),
  ...all(
    "message",
    ["storage_limit_reached"],
    "The workspace has no space left for files, so a request that needs a file cannot be allowed from Slack: ask an admin to free some space.",
  ),
];

const LATER = [
  ...all("later", ["fatal_error", "internal_error", "request_timeout", "service_unavailable"]),
  ...all("later", ["external_channel_migrating", "team_added_to_org"]),
  ...all("later", ["file_update_failed", "streaming_state_conflict", "update_failed"]),
  ...all("later", ["rate_limited", "ratelimited"]),
  // Why Slack closes a connection: https://docs.slack.dev/apis/events-api/using-socket-mode#disconnect
  ...all("later", ["refresh_requested", "warning"]),
  ...all(
    "later",
    ["too_many_websockets"],
    "Ten connections of this Slack app are open, and Slack allows no more: use one Slack app per developer and machine.",
  ),
  ...all(
    "later",
    ["accesslimited"],
    "Slack does not accept the app from this network: use a network that the workspace allows, or ask an admin.",
  ),
  ...all(
    "later",
    ["message_limit_exceeded"],
    "The workspace has sent as many messages as Slack allows it: wait, or ask an admin.",
  ),
];

/** By the code. */
export const ERROR_CODES: ReadonlyMap<string, ErrorCode> = new Map([
  ...APP,
  ...OF_CHANNEL,
  ...OF_MESSAGE,
  ...OF_FILE,
  ...LATER,
  ...all("deleted", ["message_not_found"]),
  ...all("presser", ["user_not_in_channel"]),
]);

/** A file that is refused for one of these says nothing of messages, which the app may well send. */
export const APP_CODES_OF_FILES: ReadonlySet<string> = new Set([
  "missing_scope",
  "no_permission",
  "not_allowed_token_type",
]);

/** @param token of the call that was refused with this code. @returns undefined where a person can do nothing, or nothing but wait. */
export function adviceForCode(code: string, token: TokenVariable): string | undefined {
  const known = ERROR_CODES.get(code);
  if (known === undefined) return `Slack refuses with an error that the gateway does not know: ${code}.`;
  // An app token has one scope, and no other way to lack one.
  if (token === "SLACK_APP_TOKEN" && (code === "missing_scope" || code === "no_permission"))
    return CONNECTIONS_SCOPE;
  const advice = known.advice?.replace(A_TOKEN, token);
  return advice ?? (known.meaning === "app" ? `Slack refuses the app: ${code}.` : undefined);
}
