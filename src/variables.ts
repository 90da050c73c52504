/** The variables that say who we are at Slack and whom we trust: no command that OpenCode runs may see them. */
export const SLACK_VARIABLES = [
  "SLACK_BOT_TOKEN",
  "SLACK_APP_TOKEN",
  "SLACK_API_URL",
  "SLACK_CHANNEL_ID",
  "SLACK_APPROVER_IDS",
] as const;
