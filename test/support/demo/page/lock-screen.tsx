import type { Message } from "../../slack/slack-objects.ts";
import { readable } from "../../slack/text.ts";

/** What a locked phone shows of the newest card: its top-level text alone, and of that the first lines. */
export function LockScreen({ channel, message }: { channel: string; message: Message }) {
  return (
    <aside className="lock-screen" aria-label="On a locked phone">
      <p className="clock">On a locked phone</p>
      <div className="notification">
        <span className="avatar" aria-hidden="true">
          ⌁
        </span>
        <p>
          <b>OpenCode</b> <small>#{channel}</small>
          <span className="notified">{readable(message.text)}</span>
        </p>
      </div>
    </aside>
  );
}
