import { Check, Copy } from "lucide-react";
import { use, useEffect, useState, type ComponentProps } from "react";
import type { ExtraProps } from "react-markdown";

import { useText } from "../text/index.ts";
import { IconButton } from "../ui/Button.tsx";
import { sayFailed } from "../ui/toasts.ts";
import { Diagram } from "./Diagram.tsx";
import { LiveContext } from "./live.ts";
import styles from "./Markdown.module.css";

type Element = NonNullable<ExtraProps["node"]>;

const COPIED_MS = 2_000;

/** A block of code; a finished diagram is drawn. */
export function Code(props: ComponentProps<"pre"> & ExtraProps) {
  const { node } = props;
  const isLive = use(LiveContext);
  const language = node === undefined ? null : languageOf(node);
  if (node === undefined || language !== "mermaid" || isLive) return <Block {...props} />;
  return (
    <Diagram text={textOf(node)}>
      <Block {...props} />
    </Diagram>
  );
}

/** With the name of its language and a button that copies it. */
function Block({ node, children, ...props }: ComponentProps<"pre"> & ExtraProps) {
  const { panel } = useText();
  const language = node === undefined ? null : languageOf(node);
  return (
    <figure className={styles.code}>
      <figcaption className={styles.codeBar}>
        <span>{language ?? panel.code.text}</span>
        {/* The text is taken when it is asked for, for a block may still be growing. */}
        <CopyButton text={() => (node === undefined ? "" : textOf(node))} />
      </figcaption>
      {/* What scrolls has to be reachable by keyboard. */}
      <pre {...props} tabIndex={0} role="region" aria-label={panel.code.block(language)}>
        {children}
      </pre>
    </figure>
  );
}

export function CopyButton({ text, label }: { text: () => string; label?: string }) {
  const { common } = useText();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(setCopied, COPIED_MS, false);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      setCopied(true);
    } catch (error) {
      sayFailed(error);
    }
  };
  const name = copied ? common.copied : (label ?? common.copy);
  return (
    <IconButton label={name} size="small" icon={copied ? <Check aria-hidden /> : <Copy aria-hidden />} onClick={copy} />
  );
}

function languageOf(pre: Element): string | null {
  const [code] = pre.children;
  if (code?.type !== "element") return null;
  const names = code.properties.className;
  const name = Array.isArray(names) ? names.map(String).find((name) => name.startsWith("language-")) : undefined;
  return name?.slice("language-".length) ?? null;
}

function textOf(node: Element): string {
  return node.children
    .map((child) => (child.type === "text" ? child.value : child.type === "element" ? textOf(child) : ""))
    .join("");
}
