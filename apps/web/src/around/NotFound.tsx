import { Link } from "wouter";

import styles from "../ui/Starting.module.css";
import { useText } from "../text/index.ts";
import { usePage } from "./parts/page.ts";

export function NotFound() {
  const { notFound } = useText().common;
  const heading = usePage(notFound.title);
  return (
    <main className={styles.starting}>
      <h1 ref={heading} tabIndex={-1}>
        {notFound.title}
      </h1>
      <p>{notFound.text}</p>
      <Link href="/">{notFound.home}</Link>
    </main>
  );
}
