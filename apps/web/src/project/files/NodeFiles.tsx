import { useText } from "../../text/index.ts";
import { useCanvasStore, type Attachment } from "../ui-state.ts";
import { Thumb } from "./Thumb.tsx";
import { openFile } from "./viewer.ts";
import styles from "./NodeFiles.module.css";
import { FirstPage } from "./FirstPage.tsx";

interface Props {
  node: string;
  files: readonly Attachment[];
  /** They are what the node is: seen as large as there is room, a document by how it begins. */
  isLarge: boolean;
}

/** The files of a node in a row, each opened by pressing it. */
export function NodeFiles({ node, files, isLarge }: Props) {
  const { files: words } = useText();
  const store = useCanvasStore();
  return (
    <ul className={`nodrag nowheel ${styles.files ?? ""}`} data-large={isLarge || undefined} aria-label={words.title}>
      {files.map((file) => (
        <li key={file.mediaId} data-type={file.type}>
          <button type="button" aria-label={words.open(file.name)} onClick={() => openFile(store, file, { node })}>
            {isLarge && file.type === "DOCUMENT" ? <FirstPage file={file} /> : <Thumb file={file} />}
          </button>
        </li>
      ))}
    </ul>
  );
}
