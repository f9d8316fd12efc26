export default function Account({ mode }: { mode: "login" | "register" | "forgot" }) {
  return <main>{mode}</main>;
}
