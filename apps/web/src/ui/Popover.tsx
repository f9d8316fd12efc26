import { Popover as Ariakit, PopoverDisclosure, PopoverHeading, PopoverProvider } from "@ariakit/react";
import type { ReactElement, ReactNode } from "react";

import styles from "./Popover.module.css";

interface Props {
  title: string;
  /** What opens it. */
  button: ReactElement;
  children: ReactNode;
}

/** A small window beside what opened it, which goes when something else is pressed. */
export function Popover({ title, button, children }: Props) {
  return (
    <PopoverProvider>
      <PopoverDisclosure render={button} />
      <Ariakit className={styles.popover} gutter={6} unmountOnHide portal fixed>
        <PopoverHeading className={styles.title}>{title}</PopoverHeading>
        {children}
      </Ariakit>
    </PopoverProvider>
  );
}
