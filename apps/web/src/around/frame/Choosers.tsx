import { Languages, SunMoon } from "lucide-react";
import { useId, type ReactNode } from "react";

import { prefer } from "../preferences.ts";
import { isTheme, useTheme } from "../../ui/theme.ts";
import { isLanguage, LANGUAGES, useLanguage, useText } from "../../text/index.ts";
import { sayFailed } from "../../ui/toasts.ts";
import styles from "./Choosers.module.css";

/** Language and theme at the edge of pages that come before logging in. */
export function Choosers() {
  const { frame } = useText().around;
  return (
    <div className={styles.choosers}>
      <Chooser
        label={frame.language}
        icon={<Languages aria-hidden />}
        value={useLanguage()}
        options={LANGUAGES}
        onChoose={chooseLanguage}
      />
      <Chooser
        label={frame.theme}
        icon={<SunMoon aria-hidden />}
        value={useTheme()}
        options={frame.themes}
        onChoose={chooseTheme}
      />
    </div>
  );
}

export function chooseLanguage(language: string): void {
  if (isLanguage(language)) prefer({ language }).catch(sayFailed);
}

export function chooseTheme(theme: string): void {
  if (isTheme(theme)) prefer({ theme }).catch(sayFailed);
}

interface Props {
  label: string;
  icon: ReactNode;
  value: string;
  options: Readonly<Record<string, string>>;
  onChoose: (value: string) => void;
}

function Chooser({ label, icon, value, options, onChoose }: Props) {
  const id = useId();
  return (
    <span className={styles.chooser}>
      <label htmlFor={id} className="visually-hidden">
        {label}
      </label>
      {icon}
      <select
        id={id}
        value={value}
        onChange={(event) => {
          onChoose(event.target.value);
        }}
      >
        {Object.entries(options).map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </span>
  );
}
