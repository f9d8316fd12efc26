import { useMutation } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { markdownOf } from "../canvas/markdown.ts";
import { useAccess, useGraph } from "../project/project.ts";
import type { CanvasGraph } from "../sync/index.ts";
import { useLanguage, useText, type Language, type Text } from "../text/index.ts";
import { Button } from "../ui/Button.tsx";
import { fileName, save } from "../ui/save.ts";
import { Segments } from "../ui/Segments.tsx";
import { sayFailed } from "../ui/toasts.ts";
import styles from "./Choices.module.css";
import { fetched } from "./fetched.ts";
import { measuresHere, paletteHere, pngOf, svgOf } from "./files.ts";
import { pictureOf } from "./picture.ts";
import { Print } from "./Print.tsx";
import { useScopes, type Part, type Scope } from "./scope.ts";

const FORMATS = ["png", "svg", "pdf", "markdown", "json"] as const;
type Format = (typeof FORMATS)[number];

/** What is exported, and as what. */
export function Choices({ onClose }: { onClose: () => void }) {
  const words = useText();
  const { exporting } = words;
  const graph = useGraph();
  const language = useLanguage();
  const { isGuest } = useAccess();
  const parts = useScopes();
  const [scope, setScope] = useState<Scope>(parts[0]?.scope ?? "all");
  const [format, setFormat] = useState<Format>("png");
  const [isPrinting, setPrinting] = useState(false);
  const part = parts.find((each) => each.scope === scope) ?? parts[0];
  const formats = FORMATS.filter((each) => mayBe(each, scope, isGuest));
  const chosen = formats.find((each) => each === format) ?? "pdf";
  const exportIt = useMutation({
    mutationFn: (of: Part) => kept(chosen, of, { graph, words, language, isGuest }),
    onSuccess: onClose,
    onError: sayFailed,
  });
  if (part === undefined) return null;
  const isEmpty = part.nodes.length === 0;
  return (
    <div className={styles.choices}>
      <Choice label={exporting.scope.label}>
        <Segments
          label={exporting.scope.label}
          value={part.scope}
          options={parts.map((each) => [each.scope, nameOf(each, words)])}
          onChange={setScope}
        />
      </Choice>
      <Choice label={exporting.format.label}>
        <Segments
          label={exporting.format.label}
          value={chosen}
          options={formats.map((each) => [each, exporting.format[each]])}
          onChange={setFormat}
        />
      </Choice>
      <p className={styles.hint}>{isEmpty ? exporting.nothing : exporting.hints[chosen]}</p>
      <Button
        look="primary"
        disabled={isEmpty}
        busy={exportIt.isPending || isPrinting}
        onClick={() => (chosen === "pdf" ? setPrinting(true) : exportIt.mutate(part))}
      >
        {exporting.submit}
      </Button>
      {isPrinting && <Print nodes={part.nodes} onDone={onClose} />}
    </div>
  );
}

const Choice = ({ label, children }: { label: string; children: ReactNode }) => (
  <div className={styles.choice}>
    <span aria-hidden="true">{label}</span>
    {children}
  </div>
);

/** A conversation is no picture, and what the server has to write is not for those whom it does not know. */
function mayBe(format: Format, scope: Scope, isGuest: boolean): boolean {
  if (format === "json") return !isGuest;
  return scope !== "thread" || format === "pdf" || format === "markdown";
}

function nameOf({ scope, nodes }: Part, { exporting }: Text): string {
  return scope === "selection" ? exporting.scope.selection(nodes.length) : exporting.scope[scope];
}

interface Hands {
  readonly graph: CanvasGraph;
  readonly words: Text;
  readonly language: Language;
  readonly isGuest: boolean;
}

/** Makes the file and gives it to whoever asked. */
async function kept(format: Format, part: Part, hands: Hands): Promise<void> {
  const { graph, words, language, isGuest } = hands;
  const { name } = graph.project;
  const drawn = () =>
    pictureOf(graph, part.nodes, part.area, { palette: paletteHere(), measures: measuresHere(), words });
  switch (format) {
    case "png":
      save(await pngOf(drawn()), fileName(name, "png"));
      return;
    case "svg":
      save(new Blob([svgOf(drawn(), name)], { type: "image/svg+xml" }), fileName(name, "svg"));
      return;
    case "markdown": {
      const text = () => new Blob([markdownOf(graph, new Set(part.nodes.map(({ id }) => id)))]);
      save(isGuest ? text() : await fetched(graph.project.id, part, "markdown", language), fileName(name, "md"));
      return;
    }
    case "json":
      save(await fetched(graph.project.id, part, "json", language), fileName(name, "json"));
      return;
    case "pdf":
    // The browser prints it.
  }
}
