import { Dialog as Ariakit, DialogDismiss, DialogHeading } from "@ariakit/react";
import { X } from "lucide-react";
import type { ReactNode } from "react";

import { useText } from "../text/index.ts";
import { Button } from "./Button.tsx";
import { classes } from "./classes.ts";
import styles from "./Dialog.module.css";

interface Props {
  title: string;
  open: boolean;
  onClose: () => void;
  wide?: boolean;
  /** As large as the page. */
  full?: boolean;
  /** It holds something that is shown only once: a key or a click beside it must not close it. */
  firm?: boolean;
  children: ReactNode;
}

/** Messages at the edge of the page go on being heard, and can be dismissed, while a window is open. */
const messages = () => document.querySelectorAll<HTMLElement>("[data-toasts]");

/** A window over the page: keeps the focus inside, closes on Escape, and gives the focus back. */
export function Dialog({ title, open, onClose, wide = false, full = false, firm = false, children }: Props) {
  const { common } = useText();
  return (
    <Ariakit
      open={open}
      onClose={onClose}
      unmountOnHide
      data-window
      getPersistentElements={messages}
      hideOnEscape={!firm}
      hideOnInteractOutside={!firm}
      backdrop={<div className={styles.backdrop} />}
      className={classes(styles.dialog, wide && styles.wide, full && styles.full)}
    >
      <header className={styles.header}>
        <DialogHeading className={styles.title}>{title}</DialogHeading>
        {!firm && (
          <DialogDismiss render={<Button look="quiet" size="small" aria-label={common.close} />}>
            <X aria-hidden />
          </DialogDismiss>
        )}
      </header>
      <div className={styles.body}>{children}</div>
    </Ariakit>
  );
}

interface ConfirmProps {
  title: string;
  text: string;
  /** What happens, as the button says it. */
  action: string;
  open: boolean;
  onClose: () => void;
  onConfirm: () => void;
  busy?: boolean;
  /** What can be chosen besides. */
  children?: ReactNode;
  /** A button for what can be done in its place. */
  instead?: ReactNode;
}

/** Asks before something that cannot be taken back. */
export function Confirm(props: ConfirmProps) {
  const { title, text, action, open, onClose, onConfirm, busy = false, children, instead } = props;
  const { common } = useText();
  return (
    <Dialog title={title} open={open} onClose={onClose}>
      <p>{text}</p>
      {children}
      <footer className={styles.actions}>
        <Button onClick={onClose}>{common.cancel}</Button>
        {instead}
        <Button look="danger" busy={busy} onClick={onConfirm}>
          {action}
        </Button>
      </footer>
    </Dialog>
  );
}
