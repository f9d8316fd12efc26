import { useState } from "react";

import { tellTask } from "../../project/agents/changes.ts";
import { useAgentsChange, type Task } from "../../project/agents/queries.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { TextArea } from "../../ui/Field.tsx";
import { Actions, Failed, Notice, Section } from "../parts/Parts.tsx";
import styles from "./Agents.module.css";
import { asked, type Asked } from "./waiting.ts";
import { TASK_PROMPT_CHARS_MAX } from "../../project/agents/start.ts";

/** What a person says to a task: the answer to its question, or a word in between. */
export function Speak({ task }: { task: Task }) {
  const { tasks } = useText().agents;
  const [text, setText] = useState("");
  const telling = useAgentsChange("tasks", tellTask, () => setText(""));
  const tell = (said: string) => telling.mutate({ task: task.id, text: said });
  const { waitingFor } = task;
  const isAsked = task.status === "WAITING" && waitingFor !== null;
  const title = waitingFor?.kind === "QUESTION" ? tasks.question : tasks.unknownEffect;
  return (
    <Section title={isAsked ? title : tasks.speak}>
      {isAsked && <Question {...asked(waitingFor, tasks)} isBusy={telling.isPending} onChoose={tell} />}
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          tell(text.trim());
        }}
      >
        <TextArea
          label={isAsked ? tasks.answer : tasks.message}
          hint={isAsked ? undefined : tasks.speakHint}
          rows={2}
          maxLength={TASK_PROMPT_CHARS_MAX}
          value={text}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) event.currentTarget.form?.requestSubmit();
          }}
        />
        <Failed error={telling.error} />
        <Actions>
          <Button type="submit" busy={telling.isPending} disabled={text.trim() === ""}>
            {tasks.send}
          </Button>
        </Actions>
      </form>
    </Section>
  );
}

interface QuestionProps extends Asked {
  isBusy: boolean;
  onChoose: (said: string) => void;
}

function Question({ question, choices, isBusy, onChoose }: QuestionProps) {
  return (
    <Notice tone="warn">
      <p role="status">{question}</p>
      {choices.length > 0 && (
        <Actions>
          {choices.map(({ said, label }) => (
            <Button key={said} size="small" busy={isBusy} onClick={() => onChoose(said)}>
              {label}
            </Button>
          ))}
        </Actions>
      )}
    </Notice>
  );
}
