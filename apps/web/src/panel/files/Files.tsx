import { X } from "lucide-react";
import { useState } from "react";

import { ChooseFiles } from "../../project/files/Unsent.tsx";
import { useMedia } from "../../project/files/media.ts";
import { sendFile } from "../../project/files/uploads.ts";
import { isFrame } from "../../project/kinds.ts";
import { Thumb } from "../../project/files/Thumb.tsx";
import { openFile } from "../../project/files/viewer.ts";
import { useGraph, useProject, type NodeView } from "../../project/project.ts";
import { useCanvasStore, type Attachment } from "../../project/ui-state.ts";
import { useMay } from "../../project/use-rights.ts";
import { useText } from "../../text/index.ts";
import { IconButton } from "../../ui/Button.tsx";
import { useOp } from "../data/use-op.ts";
import { Refused, Section } from "../parts/Parts.tsx";
import { readable } from "./page-choice.ts";
import { PagesField } from "./PagesField.tsx";
import styles from "./Files.module.css";

type Policy = Attachment["policy"];
/** What needs no other word. */
const POLICIES = ["WHOLE", "SUMMARY", "NONE"] as const satisfies readonly Policy[];

/** The files of a node, and how much of each models are sent. */
export function Files({ node }: { node: NodeView }) {
  const { files: words } = useText();
  const mayWrite = useMay("graph:write");
  const mayAdd = useMay("media:write");
  const { submit, refusal } = useOp();
  const files = node.attachments ?? [];
  // A frame has none.
  if (isFrame(node)) return null;
  if (files.length === 0 && !(mayWrite && mayAdd)) return null;
  return (
    <Section title={words.title} actions={mayWrite && mayAdd && <Add node={node.id} />}>
      <ul className={styles.files}>
        {files.map((file) => (
          <Line
            key={file.mediaId}
            node={node.id}
            file={file}
            onPolicy={
              mayWrite
                ? (choice) => void submit("node.attach", { id: node.id, mediaId: file.mediaId, ...choice })
                : null
            }
            onRemove={mayWrite ? () => void submit("node.detach", { id: node.id, mediaId: file.mediaId }) : null}
          />
        ))}
      </ul>
      <Refused refusal={refusal} />
    </Section>
  );
}

interface Choice {
  readonly policy: Policy;
  readonly pages?: string;
}

interface FileProps {
  node: string;
  file: Attachment;
  onPolicy: ((choice: Choice) => void) | null;
  onRemove: (() => void) | null;
}

function Line({ node, file, onPolicy, onRemove }: FileProps) {
  const { files: words, common } = useText();
  const store = useCanvasStore();
  return (
    <li className={styles.file}>
      <button
        type="button"
        className={styles.thumb}
        aria-label={words.open(file.name)}
        onClick={() => openFile(store, file, { node })}
      >
        <Thumb file={file} />
      </button>
      <span className={styles.name} title={file.name}>
        {file.name}
      </span>
      {onPolicy !== null && <PolicyOf file={file} onPolicy={onPolicy} />}
      <span className={styles.tokens}>{words.tokens(file.tokens)}</span>
      {onRemove !== null && (
        <IconButton size="small" label={`${common.remove}: ${file.name}`} icon={<X aria-hidden />} onClick={onRemove} />
      )}
    </li>
  );
}

interface PolicyProps {
  file: Attachment;
  onPolicy: (choice: Choice) => void;
}

/** How much of a file is sent; of one that has pages, also which of them. */
function PolicyOf({ file: { mediaId, name, type, policy, pages = "" }, onPolicy }: PolicyProps) {
  const { files: words } = useText();
  const { data: media } = useMedia(mediaId, type === "DOCUMENT");
  const count = media?.metadata.pages ?? 0;
  // Chosen, and not said yet which.
  const [isChoosing, choosePages] = useState(false);
  const isPages = isChoosing || policy === "PAGES";
  const choose = (chosen: Policy) => {
    choosePages(chosen === "PAGES");
    if (chosen !== "PAGES") onPolicy({ policy: chosen });
  };
  return (
    <>
      <select
        aria-label={words.policyOf(name)}
        value={isPages ? "PAGES" : policy}
        onChange={({ target }) => choose(target.value as Policy)}
      >
        {POLICIES.map((each) => (
          <option key={each} value={each}>
            {words.policy[each]}
          </option>
        ))}
        {(isPages || count > 0) && (
          <option value="PAGES">{pages === "" ? words.somePages : words.policy.PAGES(readable(pages))}</option>
        )}
      </select>
      {isPages && count > 0 && (
        <PagesField
          key={pages}
          name={name}
          pages={pages}
          count={count}
          onChoose={(chosen) => {
            onPolicy({ policy: "PAGES", pages: chosen });
            choosePages(false);
          }}
        />
      )}
    </>
  );
}

function Add({ node }: { node: string }) {
  const project = useProject();
  const { id: into } = useGraph().project;
  const add = (files: Iterable<File>) => {
    for (const file of files)
      sendFile(into, file, ({ id }) => project.submit("node.attach", { id: node, mediaId: id }));
  };
  return <ChooseFiles add={add} inWords />;
}
