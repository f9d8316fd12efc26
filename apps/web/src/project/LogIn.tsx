import { Link, useLocation, useSearch } from "wouter";

import { useText } from "../text/index.ts";

/** The login page, which leads back here. */
export function useLoginAddress(): string {
  const [here] = useLocation();
  const asked = useSearch();
  return `/login?to=${encodeURIComponent(asked === "" ? here : `${here}?${asked}`)}`;
}

export function LogIn({ className = "" }: { className?: string | undefined }) {
  const { canvas } = useText();
  return (
    <Link href={useLoginAddress()} className={className}>
      {canvas.logIn}
    </Link>
  );
}
