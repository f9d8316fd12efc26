import { Eye, EyeOff } from "lucide-react";
import { useState, type InputHTMLAttributes } from "react";

import { useText } from "../../text/index.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Input } from "../../ui/Field.tsx";
import styles from "./Password.module.css";

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: string;
  error?: string | undefined;
  autoComplete: "current-password" | "new-password";
}

/** A password, which one may look at while typing it. */
export function Password(props: Props) {
  const { showPassword, hidePassword } = useText().around.frame;
  const [shown, setShown] = useState(false);
  return (
    <div className={styles.password}>
      <Input required {...props} type={shown ? "text" : "password"} spellCheck={false} autoCapitalize="none" />
      <IconButton
        className={styles.toggle}
        size="small"
        label={shown ? hidePassword : showPassword}
        icon={shown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
        onClick={() => {
          setShown(!shown);
        }}
      />
    </div>
  );
}

export const PASSWORD_CHARS_MIN = 12;
