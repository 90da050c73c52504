import type { Method } from "../method.ts";
import { openConnection, testAuth } from "./apps.ts";
import * as chat from "./chat.ts";
import * as conversations from "./conversations.ts";
import { completeUpload, getUploadURL } from "./files.ts";
import * as users from "./users.ts";
import * as views from "./views.ts";

/** Every method that this Slack knows; any other is answered with `unknown_method`. */
export const METHODS: ReadonlyMap<string, Method> = new Map([
  ["apps.connections.open", openConnection],
  ["auth.test", testAuth],
  ["chat.delete", chat.remove],
  ["chat.postEphemeral", chat.postEphemeral],
  ["chat.postMessage", chat.postMessage],
  ["chat.update", chat.update],
  ["conversations.history", conversations.history],
  ["conversations.info", conversations.info],
  ["conversations.members", conversations.members],
  ["conversations.open", conversations.open],
  ["conversations.replies", conversations.replies],
  ["files.completeUploadExternal", completeUpload],
  ["files.getUploadURLExternal", getUploadURL],
  ["usergroups.users.list", users.listUserGroup],
  ["users.info", users.info],
  ["views.open", views.open],
  ["views.update", views.update],
]);
