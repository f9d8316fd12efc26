import { Link } from "wouter";

import { Bell } from "../notices/Bell.tsx";
import { Mark } from "./Mark.tsx";
import styles from "./TopBar.module.css";
import { UserMenu } from "./UserMenu.tsx";

export function TopBar() {
  return (
    <header className={styles.bar}>
      <Link href="/" className={styles.home}>
        <Mark />
      </Link>
      <div className={styles.own}>
        <Bell />
        <UserMenu />
      </div>
    </header>
  );
}
