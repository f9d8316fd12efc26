import { Search as SearchIcon } from "lucide-react";
import { useEffect, useState } from "react";

import styles from "./Projects.module.css";

const PAUSE_MS = 250;

interface Props {
  label: string;
  q: string;
  onSearch: (q: string) => void;
}

/** Searches once one stops typing for a moment. */
export function Search({ label, q, onSearch }: Props) {
  const [typed, setTyped] = useState(q);
  const [known, setKnown] = useState(q);
  // The address changed by itself: somebody went back, or cleared the search.
  if (q !== known) {
    setKnown(q);
    if (q !== typed.trim()) setTyped(q);
  }
  useEffect(() => {
    const wanted = typed.trim();
    if (wanted === q) return undefined;
    const pause = setTimeout(onSearch, PAUSE_MS, wanted);
    return () => {
      clearTimeout(pause);
    };
  }, [typed, q, onSearch]);
  return (
    <div className={styles.search} role="search">
      <SearchIcon aria-hidden />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={typed}
        maxLength={200}
        onChange={(event) => {
          setTyped(event.target.value);
        }}
      />
    </div>
  );
}
