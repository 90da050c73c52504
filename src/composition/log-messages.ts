/** Lines of the log that something else looks for. */

export const LOADED = "plugin loaded";
/** OpenCode has closed the project's directory, or ends. */
export const UNLOADED = "plugin unloaded";
export const OFF = "the gateway is off: its configuration is missing or wrong";
/** Said by the process that holds the connection. */
export const CONNECTED = "connected to Slack";
