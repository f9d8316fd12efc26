import { useId, useState } from "react";

import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { pageChoice, readable } from "./page-choice.ts";
import styles from "./Files.module.css";

interface Props {
  name: string;
  /** What is sent now; empty where that is not chosen yet. */
  pages: string;
  /** How many the file has. */
  count: number;
  onChoose: (pages: string) => void;
}

/** Which pages of a file models are sent. */
export function PagesField({ name, pages, count, onChoose }: Props) {
  const { files: words, common } = useText();
  const [typed, type] = useState(readable(pages));
  const [wrong, setWrong] = useState<string | null>(null);
  const id = useId();
  const choose = () => {
    const choice = pageChoice(typed, count);
    if ("wrong" in choice) {
      setWrong({ form: words.pagesForm, beyond: words.pagesBeyond(count), long: words.pagesLong }[choice.wrong]);
      return;
    }
    setWrong(null);
    if (choice.pages !== pages) onChoose(choice.pages);
  };
  return (
    <form
      className={styles.pages}
      onSubmit={(event) => {
        event.preventDefault();
        choose();
      }}
    >
      <input
        type="text"
        aria-label={words.pagesOf(name)}
        aria-invalid={wrong !== null || undefined}
        aria-describedby={wrong === null ? undefined : id}
        autoFocus={pages === ""}
        placeholder="1-3, 7"
        value={typed}
        onChange={({ target }) => {
          type(target.value);
          setWrong(null);
        }}
      />
      <span className={styles.tokens}>{words.ofPages(count)}</span>
      <Button size="small" type="submit">
        {common.save}
      </Button>
      {wrong !== null && (
        <p id={id} role="alert">
          {wrong}
        </p>
      )}
    </form>
  );
}
