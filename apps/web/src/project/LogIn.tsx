import { Link, useLocation, useSearch } from "wouter";

import { useText } from "../text/index.ts";

/** The login page, which leads back here. */
export const useLoginAddress = (): string => useAddress("login");

function useAddress(page: "login" | "register"): string {
  const [here] = useLocation();
  const asked = useSearch();
  return `/${page}?to=${encodeURIComponent(asked === "" ? here : `${here}?${asked}`)}`;
}

/** For somebody without an account, who comes back here once they have one. */
export function SignUp({ className = "" }: { className?: string | undefined }) {
  const { login } = useText().around.account;
  return (
    <Link href={useAddress("register")} className={className}>
      {login.register}
    </Link>
  );
}

export function LogIn({ className = "" }: { className?: string | undefined }) {
  const { canvas } = useText();
  return (
    <Link href={useLoginAddress()} className={className}>
      {canvas.logIn}
    </Link>
  );
}
