import { useText } from "../../text/index.ts";
import { useCanvasStore, type Attachment } from "../../project/ui-state.ts";
import { Thumb } from "../../project/files/Thumb.tsx";
import { openFile } from "../../project/files/viewer.ts";
import styles from "./CardFiles.module.css";

/** The files of a card in a row, each opened by pressing it. */
export function CardFiles({ node, files }: { node: string; files: readonly Attachment[] }) {
  const { files: words } = useText();
  const store = useCanvasStore();
  return (
    <ul className={`nodrag nowheel ${styles.files ?? ""}`} aria-label={words.title}>
      {files.map((file) => (
        <li key={file.mediaId} data-type={file.type}>
          <button type="button" aria-label={words.open(file.name)} onClick={() => openFile(store, file, { node })}>
            <Thumb file={file} />
          </button>
        </li>
      ))}
    </ul>
  );
}
