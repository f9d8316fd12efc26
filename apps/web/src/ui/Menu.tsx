import { Menu as AriakitMenu, MenuButton, MenuItem, MenuProvider, MenuSeparator } from "@ariakit/react";
import type { ReactElement, ReactNode } from "react";

import { classes } from "./classes.ts";
import { Keys } from "./Keys.tsx";
import styles from "./Menu.module.css";

interface Props {
  /** What opens it. */
  button: ReactElement;
  children: ReactNode;
}

export function Menu({ button, children }: Props) {
  return (
    <MenuProvider>
      <MenuButton render={button} />
      <AriakitMenu className={styles.menu} gutter={4} unmountOnHide portal>
        {children}
      </AriakitMenu>
    </MenuProvider>
  );
}

interface ItemProps {
  icon?: ReactNode;
  keys?: string;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
}

export function Item({ icon, keys, danger = false, disabled = false, onSelect, children }: ItemProps) {
  return (
    <MenuItem className={classes(styles.item, danger && styles.danger)} disabled={disabled} onClick={onSelect}>
      {icon}
      <span className={styles.label}>{children}</span>
      {keys !== undefined && <Keys keys={keys} />}
    </MenuItem>
  );
}

export const Separator = () => <MenuSeparator className={styles.separator} />;
