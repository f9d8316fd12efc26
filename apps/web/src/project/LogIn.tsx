import { Link, useLocation } from "wouter";

import { useText } from "../text/index.ts";

/** The login page, which leads back here. */
export function useLoginAddress(): string {
  const [here] = useLocation();
  return `/login?to=${encodeURIComponent(here)}`;
}

export function LogIn({ className = "" }: { className?: string | undefined }) {
  const { canvas } = useText();
  return (
    <Link href={useLoginAddress()} className={className}>
      {canvas.logIn}
    </Link>
  );
}
