import { Input } from "../../ui/Field.tsx";
import { CopyButton } from "./CopyButton.tsx";
import styles from "./Secret.module.css";

/** Something to copy: a token, a key, a link. */
export function Secret({ label, value }: { label: string; value: string }) {
  return (
    <div className={styles.secret}>
      <Input
        label={label}
        value={value}
        readOnly
        spellCheck={false}
        onFocus={(event) => {
          event.target.select();
        }}
      />
      <CopyButton value={value} label={label} />
    </div>
  );
}
