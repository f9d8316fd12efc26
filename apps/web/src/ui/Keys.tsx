import styles from "./Keys.module.css";

const isApple = /Mac|iP(hone|ad|od)/.test(navigator.userAgent);
const APPLE: Readonly<Record<string, string>> = { Mod: "⌘", Alt: "⌥", Shift: "⇧", Enter: "↵" };
const OTHERS: Readonly<Record<string, string>> = { Mod: "Ctrl" };

/** Keys as they are written in code, `Mod+Shift+Z`, the way this machine's keyboard names them. */
export function Keys({ keys }: { keys: string }) {
  const names = isApple ? APPLE : OTHERS;
  return (
    <span className={styles.keys}>
      {keys.split(/(?<=.)\+/).map((key) => (
        <kbd key={key}>{names[key] ?? key}</kbd>
      ))}
    </span>
  );
}
