import { Paperclip, X } from "lucide-react";
import { useRef, type ClipboardEvent, type DragEvent } from "react";

import { useText } from "../../text/index.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { useGraph } from "../project.ts";
import { useCanvasStore, type CanvasStore, type Unsent } from "../ui-state.ts";
import { useMay } from "../use-rights.ts";
import { linkIn } from "./links.ts";
import type { MediaView } from "./media.ts";
import { sendFile, sendLink } from "./uploads.ts";
import styles from "./Unsent.module.css";

type Keep = (after: string, typed: Unsent) => void;

/** What is typed after a message and not asked yet. */
export const typedAfter = (store: CanvasStore, after: string): Unsent =>
  store.getState().unsent.get(after) ?? { text: "", quote: null };

/** Files and links for the question that is typed after a message: pasted into it, dropped on it, or chosen. */
export function useUnsentFiles(after: string, keep: Keep) {
  const store = useCanvasStore();
  const { id: project } = useGraph().project;
  const may = useMay("media:write");
  const done = ({ id, filename }: MediaView) => {
    // What was typed meanwhile stays.
    const typed = typedAfter(store, after);
    keep(after, { ...typed, files: [...(typed.files ?? []), { mediaId: id, name: filename }] });
  };
  const add = (files: Iterable<File>) => {
    for (const file of files) sendFile(project, file, done);
  };
  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (!may) return;
    if (files.length > 0) {
      event.preventDefault();
      add(files);
      return;
    }
    // The address is typed as well: it may be meant as words.
    const link = linkIn(event.clipboardData);
    if (link !== null) sendLink(project, link, done);
  };
  const onDrop = (event: DragEvent) => {
    const { dataTransfer } = event;
    const isLink = dataTransfer.types.includes("text/uri-list");
    const link = isLink && dataTransfer.files.length === 0 ? linkIn(dataTransfer) : null;
    if (!may || (dataTransfer.files.length === 0 && link === null)) return;
    event.preventDefault();
    event.stopPropagation();
    add(dataTransfer.files);
    if (link !== null) sendLink(project, link, done);
  };
  const remove = (mediaId: string) => {
    const typed = typedAfter(store, after);
    keep(after, { ...typed, files: (typed.files ?? []).filter((file) => file.mediaId !== mediaId) });
  };
  return { add, remove, onPaste, onDrop, may };
}

/** The files that go with a question, each of which can be left out again. */
export function UnsentFiles({ typed, remove }: { typed: Unsent; remove: (mediaId: string) => void }) {
  const { files: words, common } = useText();
  const { files = [] } = typed;
  if (files.length === 0) return null;
  return (
    <ul className={styles.files} aria-label={words.title}>
      {files.map(({ mediaId, name }) => (
        <li key={mediaId}>
          <span>{name}</span>
          <IconButton
            size="small"
            label={`${common.remove}: ${name}`}
            icon={<X aria-hidden />}
            onClick={() => remove(mediaId)}
          />
        </li>
      ))}
    </ul>
  );
}

interface Props {
  add: (files: Iterable<File>) => void;
  inWords?: boolean;
}

/** Chooses files; by a button with words where there is room for them. */
export function ChooseFiles({ add, inWords = false }: Props) {
  const { files: words } = useText();
  const field = useRef<HTMLInputElement>(null);
  const choose = () => field.current?.click();
  return (
    <>
      <input
        ref={field}
        type="file"
        className={styles.choose}
        multiple
        hidden
        aria-label={words.add}
        onChange={({ target }) => {
          add(target.files ?? []);
          target.value = "";
        }}
      />
      {inWords ? (
        <Button size="small" look="quiet" onClick={choose}>
          <Paperclip aria-hidden /> {words.add}
        </Button>
      ) : (
        <IconButton size="small" look="quiet" label={words.add} icon={<Paperclip aria-hidden />} onClick={choose} />
      )}
    </>
  );
}
