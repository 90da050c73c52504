import type { Message, Person } from "../../slack/slack-objects.ts";
import { readable } from "../../slack/text.ts";

/** What a locked phone shows of the newest message that rang it: its top-level text alone, and of that the first lines. */
export function LockScreen({
  channel,
  message,
  people,
}: {
  channel: string;
  message: Message;
  people: readonly Person[];
}) {
  const nameOf = (id: string): string => people.find((person) => person.id === id)?.realName ?? id;
  return (
    <aside className="lock-screen" aria-label="On a locked phone">
      <p className="clock">On a locked phone</p>
      <div className="notification">
        <span className="avatar" aria-hidden="true">
          ⌁
        </span>
        <p>
          <b>OpenCode</b> <small>#{channel}</small>
          <span className="notified">
            {readable(message.text).replaceAll(/@([UW][A-Z0-9]+)/g, (_, id: string) => `@${nameOf(id)}`)}
          </span>
        </p>
      </div>
    </aside>
  );
}
