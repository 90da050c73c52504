/** Lines of the log that something else looks for. */

export const LOADED = "plugin loaded";
export const OFF = "the gateway is off: its configuration is missing or wrong";
