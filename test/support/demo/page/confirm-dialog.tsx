import type { Button } from "../../slack/block-elements.ts";
import { readable } from "../../slack/text.ts";
import { OpenDialog } from "./open-dialog.tsx";

/** Slack's "are you sure?" of a button. */
export function ConfirmDialog({
  confirm,
  close,
}: {
  confirm: NonNullable<Button["confirm"]>;
  close: (isConfirmed: boolean) => void;
}) {
  const { title, text, confirm: yes, deny: no, style = "primary" } = confirm;
  return (
    <OpenDialog onCancel={() => close(false)}>
      <h2>{readable(title.text)}</h2>
      <p>{readable(text.text)}</p>
      <footer>
        <button type="button" onClick={() => close(false)}>
          {readable(no.text)}
        </button>
        <button type="button" className={style} onClick={() => close(true)}>
          {readable(yes.text)}
        </button>
      </footer>
    </OpenDialog>
  );
}
