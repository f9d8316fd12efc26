import { Link } from "wouter";

import styles from "../app/Starting.module.css";
import { useText } from "../text/index.ts";

export function NotFound() {
  const { notFound } = useText().common;
  return (
    <main className={styles.starting}>
      <h1>{notFound.title}</h1>
      <p>{notFound.text}</p>
      <Link href="/">{notFound.home}</Link>
    </main>
  );
}
