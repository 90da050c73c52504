import { useState, type ReactNode } from "react";

/** What was answered to a message: closed until somebody opens it, as in Slack. */
export function Thread({ count, children }: { count: number; children: ReactNode }) {
  const [isOpen, setIsOpen] = useState(false);
  const replies = `${count} ${count === 1 ? "reply" : "replies"}`;
  return (
    <div className="thread">
      <button type="button" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        {isOpen ? `Hide ${replies}` : replies}
      </button>
      {isOpen ? children : null}
    </div>
  );
}
