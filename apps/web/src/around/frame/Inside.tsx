import type { ReactNode } from "react";

import { usePage } from "../parts/page.ts";
import styles from "./Inside.module.css";
import { TopBar } from "./TopBar.tsx";
import { VerifyAddress } from "./VerifyAddress.tsx";

interface Props {
  title: string;
  /** Beside the heading: what one can do on this page. */
  actions?: ReactNode;
  /** Beside the page: where else one can go from here. */
  aside?: ReactNode;
  children: ReactNode;
}

/** A page of somebody who has logged in. The heading is drawn anew for each page, so that the focus moves to it. */
export function Inside({ title, actions, aside, children }: Props) {
  return (
    <div className={styles.inside}>
      <TopBar />
      <VerifyAddress />
      <div className={styles.columns} data-aside={aside !== undefined || undefined}>
        {aside}
        <main className={styles.main}>
          <header className={styles.header}>
            <Heading key={title} title={title} />
            {actions}
          </header>
          {children}
        </main>
      </div>
    </div>
  );
}

function Heading({ title }: { title: string }) {
  const heading = usePage(title);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {title}
    </h1>
  );
}
