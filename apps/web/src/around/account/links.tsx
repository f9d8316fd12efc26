import type { ReactNode } from "react";
import { Link, useSearch, useSearchParams } from "wouter";

import { useText } from "../../text/index.ts";
import styles from "./links.module.css";

/** Leads to another page of this kind, and keeps in mind where somebody wanted to go. */
export function To({ page, children }: { page: string; children: ReactNode }) {
  const search = useSearch();
  return <Link href={search === "" ? page : `${page}?${search}`}>{children}</Link>;
}

export const Aside = ({ children }: { children: ReactNode }) => <p className={styles.aside}>{children}</p>;

/** Something that is worth knowing before one goes on. */
export const Notice = ({ children }: { children: ReactNode }) => <p className={styles.notice}>{children}</p>;

/** For people whom a mailed invitation led here. */
export function Invited() {
  const { account } = useText().around;
  const [search] = useSearchParams();
  return search.get("to")?.startsWith("/invitations/") === true && <Notice>{account.invited}</Notice>;
}
