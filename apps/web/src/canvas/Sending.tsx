import { useMentioned } from "../project/agents/asking.ts";
import { useMay } from "../project/use-rights.ts";
import { useText } from "../text/index.ts";
import { Button } from "../ui/Button.tsx";
import { Keys } from "../ui/Keys.tsx";
import styles from "./Card.module.css";

/** Below what is typed in a card: how it is asked, and what Enter does instead. */
export function Sending({ text, onAsk }: { text: string; onAsk: () => void }) {
  const { canvas, agents } = useText();
  const run = useMay("runs:run");
  const agent = useMentioned(text);
  if (!run) return null;
  return (
    <div className={styles.sending}>
      <span className={styles.newLine}>{canvas.newLine}</span>
      <Button
        size="small"
        look="primary"
        disabled={text.trim() === ""}
        // The field keeps the keyboard until the press has ended: without it there would be no button to press.
        onMouseDown={(event) => event.preventDefault()}
        onClick={onAsk}
      >
        {agent === undefined ? canvas.generate : agents.mention.ask(agent.name)}
        <Keys keys="Mod+Enter" />
      </Button>
    </div>
  );
}
