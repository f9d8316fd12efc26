import { Button as Ariakit, type ButtonProps } from "@ariakit/react";
import type { ReactNode } from "react";

import styles from "./Button.module.css";
import { classes } from "./classes.ts";
import { Spinner } from "./Spinner.tsx";
import { Tooltip } from "./Tooltip.tsx";

export type Look = "plain" | "primary" | "quiet" | "danger";

interface Props extends ButtonProps {
  look?: Look;
  size?: "small" | "normal";
  /** What was asked for is under way: the button cannot be pressed again, and says so. */
  busy?: boolean;
}

export function Button({ look = "plain", size = "normal", busy = false, className, children, ...props }: Props) {
  return (
    <Ariakit
      type="button"
      accessibleWhenDisabled={busy}
      {...props}
      disabled={(props.disabled ?? false) || busy}
      aria-busy={busy || undefined}
      className={classes(styles.button, styles[look], size === "small" && styles.small, className)}
    >
      {busy && <Spinner />}
      {children}
    </Ariakit>
  );
}

interface IconProps extends Omit<Props, "children"> {
  /** What it does, for those who do not see the icon; it is the tooltip as well. */
  label: string;
  /** The keys that do the same, as `shortcut` writes them. */
  keys?: string | undefined;
  icon: ReactNode;
}

export function IconButton({ label, keys, icon, look = "quiet", className, ...props }: IconProps) {
  return (
    <Tooltip text={label} keys={keys}>
      <Button {...props} look={look} aria-label={label} className={classes(styles.icon, className)}>
        {icon}
      </Button>
    </Tooltip>
  );
}
