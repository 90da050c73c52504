import type { ReactNode } from "react";

/** A dialog that stands open for as long as it is drawn. */
export function OpenDialog({ children, onCancel }: { children: ReactNode; onCancel: () => void }) {
  return (
    <dialog
      ref={(dialog) => {
        if (dialog?.open === false) dialog.showModal();
      }}
      onCancel={(event) => {
        event.preventDefault();
        onCancel();
      }}
    >
      {children}
    </dialog>
  );
}
