import type { Meaning } from "../../../src/slack/connection/error-codes.ts";

/**
 * The error codes that Slack documents for each method that is called here, by what they mean for us:
 * https://docs.slack.dev/reference/methods, as of August 2026. Under "every method" are those that all have; of the rest,
 * `cannot_dm_bot`, `msg_too_long` and `invalid_auth` are from older lists and from what people have met.
 */
export const DOCUMENTED_CODES: Readonly<Record<string, Readonly<Partial<Record<Meaning, string>>>>> = {
  "every method": {
    app: `access_denied account_inactive deprecated_endpoint enterprise_is_restricted is_bot method_deprecated missing_scope no_permission not_allowed_token_type not_authed org_login_required token_expired token_revoked two_factor_setup_required unknown_method`,
    later: `accesslimited fatal_error ratelimited request_timeout service_unavailable team_added_to_org`,
    channel: `ekm_access_denied`,
    message: `invalid_arg_name invalid_array_arg invalid_charset invalid_form_data invalid_post_type missing_post_type`,
  },
  "chat.postMessage": {
    app: `app_access_restricted invalid_auth`,
    message: `as_user_not_supported attachment_payload_limit_exceeded cannot_reply_to_message draft_already_deleted draft_already_sent draft_has_conflict draft_not_found duplicate_channel_not_found duplicate_message_not_found invalid_blocks invalid_blocks_format invalid_metadata_format invalid_metadata_schema markdown_text_conflict metadata_must_be_sent_from_app metadata_too_large missing_file_data msg_blocks_too_long msg_too_long no_text restricted_action_non_threadable_channel restricted_action_thread_locked send_on_behalf_not_allowed slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked slack_connect_lists_sharing_blocked too_many_attachments too_many_contact_cards`,
    channel: `cannot_dm_bot channel_not_found is_archived messages_tab_disabled not_in_channel restricted_action restricted_action_read_only_channel restricted_action_thread_only_channel team_not_found`,
    later: `message_limit_exceeded rate_limited`,
  },
  "chat.update": {
    message: `as_user_not_supported block_mismatch blocked_file_type cant_broadcast_message cant_update_message edit_window_closed file_deleted file_is_deleted file_not_found file_share_limit_reached invalid_attachments invalid_blocks invalid_blocks_format invalid_metadata_format invalid_metadata_schema markdown_text_conflict max_file_sharing_exceeded metadata_must_be_sent_from_app metadata_too_large msg_too_long no_dual_broadcast_content_update no_text posting_to_channel_denied slack_connect_blocked_file_type slack_connect_canvas_sharing_blocked slack_connect_clip_sharing_blocked slack_connect_file_link_sharing_blocked slack_connect_file_upload_sharing_blocked too_many_attachments unable_to_share_files`,
    channel: `channel_not_found is_inactive team_not_found`,
    later: `external_channel_migrating message_limit_exceeded streaming_state_conflict update_failed`,
    deleted: `message_not_found`,
    app: `invalid_auth`,
  },
  "chat.delete": {
    message: `cant_delete_message compliance_exports_prevent_deletion`,
    channel: `channel_not_found`,
    deleted: `message_not_found`,
    app: `invalid_auth`,
  },
  "chat.postEphemeral": {
    message: `cannot_reply_to_message invalid_attachments invalid_blocks invalid_blocks_format markdown_text_conflict msg_too_long no_text too_many_attachments`,
    channel: `channel_not_found is_archived messages_tab_disabled not_in_channel restricted_action`,
    later: `message_limit_exceeded`,
    presser: `user_not_in_channel`,
    app: `invalid_auth`,
  },
  "auth.test": {
    later: `internal_error`,
    app: `invalid_auth`,
  },
  "apps.connections.open": {
    app: `forbidden_team invalid_auth missing_args`,
    message: `insecure_request`,
    later: `internal_error`,
  },
  "views.open": {
    message: `duplicate_external_id exchanged_trigger_id expired_trigger_id invalid_trigger_id view_too_large`,
  },
  "usergroups.users.list": {
    message: `invalid_cursor no_such_subteam plan_upgrade_required`,
  },
  "conversations.info": {
    channel: `channel_is_limited_access channel_not_found`,
  },
  "files.getUploadURLExternal": {
    message: `alt_txt_too_large file_type_not_allowed file_upload_size_restricted file_uploads_disabled file_uploads_except_images_disabled missing_argument snippet_too_large storage_limit_reached unknown_snippet_type unknown_subtype`,
  },
  "files.completeUploadExternal": {
    channel: `channel_not_found invalid_channel not_in_channel`,
    message: `channels_limit_exceeded file_not_found file_type_not_allowed file_uploads_except_images_disabled invalid_blocks posting_to_channel_denied`,
    later: `file_update_failed`,
  },
  // What no page lists for one of these methods, and what others have met or Slack documents elsewhere.
  elsewhere: {
    app: `app_uninstalled link_disabled socket_mode_disabled team_access_not_granted team_disabled`,
    message: `invalid_arguments thread_not_found`,
    later: `refresh_requested too_many_websockets warning`,
  },
};
