import {
  Menu as AriakitMenu,
  MenuButton,
  MenuGroup,
  MenuGroupLabel,
  MenuItem,
  MenuItemCheck,
  MenuItemRadio,
  MenuProvider,
  MenuSeparator,
} from "@ariakit/react";
import { Check } from "lucide-react";
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

interface AtProps {
  /** Where on the screen it was asked for. */
  at: { readonly x: number; readonly y: number };
  onClose: () => void;
  children: ReactNode;
}

/** A menu where the pointer is, as the right button opens it. */
export function MenuAt({ at, onClose, children }: AtProps) {
  return (
    <MenuProvider
      open
      setOpen={(open) => {
        if (!open) onClose();
      }}
    >
      <AriakitMenu
        className={styles.menu}
        getAnchorRect={() => ({ ...at, width: 0, height: 0 })}
        gutter={2}
        autoFocusOnShow
        autoFocusOnHide={false}
        unmountOnHide
        portal
      >
        {children}
      </AriakitMenu>
    </MenuProvider>
  );
}

interface ItemProps {
  icon?: ReactNode;
  keys?: string | undefined;
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

interface ChoicesProps {
  label: string;
  /** What there is to choose from, by its names. */
  options: Readonly<Record<string, string>>;
  value: string;
  onChoose: (value: string) => void;
}

/** One of several, which counts at once; the menu stays open, so that one sees what it does. */
export function Choices({ label, options, value, onChoose }: ChoicesProps) {
  return (
    <MenuGroup>
      <MenuGroupLabel className={styles.heading}>{label}</MenuGroupLabel>
      {Object.entries(options).map(([key, name]) => (
        <MenuItemRadio
          key={key}
          name={label}
          value={key}
          checked={key === value}
          hideOnClick={false}
          className={styles.item}
          onClick={() => {
            onChoose(key);
          }}
        >
          <span className={styles.label}>{name}</span>
          <MenuItemCheck checked={key === value} className={styles.check}>
            <Check aria-hidden />
          </MenuItemCheck>
        </MenuItemRadio>
      ))}
    </MenuGroup>
  );
}
