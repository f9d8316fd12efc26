import { Forgot } from "./Forgot.tsx";
import { Login } from "./Login.tsx";
import { Register } from "./Register.tsx";

const PAGES = { login: Login, register: Register, forgot: Forgot };

export default function Account({ mode }: { mode: keyof typeof PAGES }) {
  const Page = PAGES[mode];
  return <Page />;
}
