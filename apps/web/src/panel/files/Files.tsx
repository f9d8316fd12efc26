import { X } from "lucide-react";

import { ChooseFiles } from "../../project/files/Unsent.tsx";
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
import styles from "./Files.module.css";

const POLICIES = ["WHOLE", "SUMMARY", "NONE"] as const;

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
              mayWrite ? (policy) => void submit("node.attach", { id: node.id, mediaId: file.mediaId, policy }) : null
            }
            onRemove={mayWrite ? () => void submit("node.detach", { id: node.id, mediaId: file.mediaId }) : null}
          />
        ))}
      </ul>
      <Refused refusal={refusal} />
    </Section>
  );
}

interface FileProps {
  node: string;
  file: Attachment;
  onPolicy: ((policy: (typeof POLICIES)[number]) => void) | null;
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
      {onPolicy !== null && (
        <select
          aria-label={words.policyOf(file.name)}
          value={file.policy}
          onChange={({ target }) => onPolicy(target.value as (typeof POLICIES)[number])}
        >
          {file.policy === "PAGES" && <option value="PAGES">{words.policy.PAGES(file.pages ?? "")}</option>}
          {POLICIES.map((policy) => (
            <option key={policy} value={policy}>
              {words.policy[policy]}
            </option>
          ))}
        </select>
      )}
      <span className={styles.tokens}>{words.tokens(file.tokens)}</span>
      {onRemove !== null && (
        <IconButton size="small" label={`${common.remove}: ${file.name}`} icon={<X aria-hidden />} onClick={onRemove} />
      )}
    </li>
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
