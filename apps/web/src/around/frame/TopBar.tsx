import { Link } from "wouter";

import { Mark } from "./Mark.tsx";
import styles from "./TopBar.module.css";
import { UserMenu } from "./UserMenu.tsx";

export function TopBar() {
  return (
    <header className={styles.bar}>
      <Link href="/" className={styles.home}>
        <Mark />
      </Link>
      <UserMenu />
    </header>
  );
}
