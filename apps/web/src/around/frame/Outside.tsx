import type { ReactNode } from "react";
import { Link } from "wouter";

import { useText } from "../../text/index.ts";
import { usePage } from "../parts/page.ts";
import { Choosers } from "./Choosers.tsx";
import { Intro } from "./Intro.tsx";
import { Mark } from "./Mark.tsx";
import styles from "./Outside.module.css";

interface Props {
  title: string;
  /** Whether those who come here may not know the product yet. */
  intro?: boolean;
  children: ReactNode;
}

/** A page with one thing to do: log in, choose a password, accept an invitation. */
export function Outside({ title, intro = false, children }: Props) {
  const heading = usePage(title);
  const { projects } = useText().around;
  return (
    <div className={styles.outside} data-intro={intro || undefined}>
      {intro && <Intro />}
      <div className={styles.side}>
        <header className={styles.header}>
          <Mark />
        </header>
        <main className={styles.main}>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {children}
        </main>
        <footer className={styles.footer}>
          <Link href="/explore">{projects.explore.link}</Link>
          <Choosers />
        </footer>
      </div>
    </div>
  );
}
