import type { Schemas } from "../../api/client.ts";
import { useText } from "../../text/index.ts";
import { CopyButton } from "../../markdown/Code.tsx";
import { Fold, Section } from "../parts/Parts.tsx";
import styles from "./Context.module.css";

const PREVIEW_MAX = 120;

/** What is sent to the byte; nothing of it is drawn as Markdown. */
export function Messages({ messages }: { messages: readonly Schemas["MessageView"][] }) {
  const { panel } = useText();
  return (
    <Section title={panel.context.messages}>
      <ol className={styles.messages}>
        {messages.map(({ role, content }, place) => (
          <li key={place}>
            <Fold
              title={
                <>
                  {panel.context.message[role]} <span className={styles.preview}>{content.slice(0, PREVIEW_MAX)}</span>
                </>
              }
            >
              <div className={styles.open}>
                <pre className={styles.message} tabIndex={0} role="region" aria-label={panel.context.message[role]}>
                  {content}
                </pre>
                <CopyButton label={panel.context.copy} text={() => content} />
              </div>
            </Fold>
          </li>
        ))}
      </ol>
    </Section>
  );
}
