import { useState, type ReactNode } from "react";

import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { useFormat } from "../data/format.ts";
import type { Manifest } from "../data/queries.ts";
import { CopyButton } from "../../markdown/Code.tsx";
import { Facts, Section, Soft } from "../parts/Parts.tsx";
import { Ancestor } from "./Ancestor.tsx";
import styles from "./Context.module.css";
import { useWays } from "./use-ways.ts";
import { sharesOf } from "./shape.ts";

const SHOWN = 50;

interface Props {
  node: string;
  manifest: Manifest;
  /** Whether it is about what would be sent, and can be changed. */
  mayChange?: boolean;
  children?: ReactNode;
}

/** What is sent: how much room it takes, and how each ancestor enters. */
export function ManifestView({ node, manifest, mayChange = false, children }: Props) {
  const { panel } = useText();
  return (
    <>
      <Section title={panel.context.budget}>
        <Room manifest={manifest} />
        {children}
        <Facts
          facts={[
            [
              panel.context.fingerprint,
              <span key="fingerprint" className={styles.fingerprint} title={panel.context.fingerprintHint}>
                {manifest.fingerprint} <CopyButton text={() => manifest.fingerprint} />
              </span>,
            ],
          ]}
        />
      </Section>
      <Ancestors node={node} manifest={manifest} mayChange={mayChange} />
    </>
  );
}

/** The model's window and what takes room in it; the words beside it say the same. */
function Room({ manifest }: { manifest: Manifest }) {
  const { panel } = useText();
  const format = useFormat();
  const shares = sharesOf(manifest);
  return (
    <>
      <Soft>{panel.context.budgetOf(format.count(manifest.tokens), format.count(manifest.tokensMax))}</Soft>
      <div className={styles.bar} aria-hidden="true">
        {shares.map(
          ({ part, tokens }) =>
            tokens > 0 && <span key={part} className={styles[part]} style={{ flexGrow: tokens, flexBasis: 0 }} />,
        )}
      </div>
      <ul className={styles.legend}>
        {shares.map(({ part, tokens }) => (
          <li key={part}>
            <span className={`${styles.key ?? ""} ${styles[part] ?? ""}`} aria-hidden="true" />
            {panel.context.parts[part]} {format.count(tokens)}
          </li>
        ))}
      </ul>
    </>
  );
}

function Ancestors({ node, manifest, mayChange }: { node: string; manifest: Manifest; mayChange: boolean }) {
  const { panel } = useText();
  const ways = useWays(node);
  const [shown, setShown] = useState(SHOWN);
  const { items } = manifest;
  return (
    <Section title={panel.context.ancestors}>
      {items.length === 0 && <Soft>{panel.context.noAncestors}</Soft>}
      <ol className={styles.items}>
        {items.slice(0, shown).map((item) => (
          <Ancestor key={item.nodeId} item={item} ways={mayChange ? (ways.get(item.nodeId) ?? []) : null} />
        ))}
      </ol>
      {items.length > shown && (
        <Button size="small" onClick={() => setShown(shown + 2 * SHOWN)}>
          {panel.context.moreAncestors(items.length - shown)}
        </Button>
      )}
      {mayChange && items.length > 0 && <Soft>{panel.context.policyHint}</Soft>}
    </Section>
  );
}
