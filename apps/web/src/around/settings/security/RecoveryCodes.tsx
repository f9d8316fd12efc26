import { Download } from "lucide-react";

import { useSettingsText } from "../../../text/settings.ts";
import { Button } from "../../../ui/Button.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import { CopyButton } from "../../parts/CopyButton.tsx";
import styles from "./Security.module.css";

interface Props {
  codes: readonly string[] | null;
  onDone: () => void;
}

/** Shown this once, so it stays until somebody says that they have them. */
export function RecoveryCodes({ codes, onDone }: Props) {
  const { recovery } = useSettingsText();
  const all = `${(codes ?? []).join("\n")}\n`;
  return (
    <Dialog title={recovery.title} open={codes !== null} onClose={onDone} firm>
      <p>{recovery.text}</p>
      <ul className={styles.codes}>
        {codes?.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <footer className={styles.actions}>
        <CopyButton value={all} label={recovery.title} />
        <Button
          onClick={() => {
            download(recovery.file, all);
          }}
        >
          <Download aria-hidden />
          {recovery.download}
        </Button>
        <Button look="primary" onClick={onDone}>
          {recovery.done}
        </Button>
      </footer>
    </Dialog>
  );
}

function download(file: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: "text/plain" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: file });
  link.click();
  URL.revokeObjectURL(url);
}
