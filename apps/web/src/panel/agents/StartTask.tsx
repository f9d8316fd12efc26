import { useState } from "react";

import { startTask } from "../../project/agents/changes.ts";
import { useAgentsChange } from "../../project/agents/queries.ts";
import { useCanvasStore } from "../../project/ui-state.ts";
import { useMay } from "../../project/use-rights.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Select, TextArea } from "../../ui/Field.tsx";
import { Actions, Failed, Section, useTitle } from "../parts/Parts.tsx";
import styles from "./Agents.module.css";
import { useChosenAgent } from "./choice.ts";
import { taskOf, TASK_PROMPT_CHARS_MAX } from "../../project/agents/start.ts";

/** Gives an agent of the project something to do, at what is selected or for the whole project. */
export function StartTask({ selected }: { selected: readonly string[] }) {
  const { tasks } = useText().agents;
  const mayRun = useMay("runs:run");
  const store = useCanvasStore();
  const { list, agent, choose } = useChosenAgent();
  const [prompt, setPrompt] = useState("");
  const [isEverywhere, setEverywhere] = useState(false);
  const starting = useAgentsChange("tasks", startTask, ({ id }) => store.setState({ task: id }));
  if (!mayRun || agent === null) return null;
  return (
    <Section title={tasks.start}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          starting.mutate(taskOf(agent, prompt, isEverywhere ? [] : selected));
        }}
      >
        <Where selected={selected} isEverywhere={isEverywhere} onChange={setEverywhere} />
        <Select label={tasks.agent} value={agent.agentId} onChange={({ target }) => choose(target.value)}>
          {list.map(({ agentId, name }) => (
            <option key={agentId} value={agentId}>
              {name}
            </option>
          ))}
        </Select>
        <TextArea
          label={tasks.what}
          rows={3}
          maxLength={TASK_PROMPT_CHARS_MAX}
          value={prompt}
          onChange={({ target }) => setPrompt(target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) event.currentTarget.form?.requestSubmit();
          }}
        />
        <Failed error={starting.error} />
        <Actions>
          <Button type="submit" look="primary" busy={starting.isPending} disabled={prompt.trim() === ""}>
            {tasks.submit}
          </Button>
        </Actions>
      </form>
    </Section>
  );
}

interface WhereProps {
  selected: readonly string[];
  isEverywhere: boolean;
  onChange: (isEverywhere: boolean) => void;
}

function Where({ selected, isEverywhere, onChange }: WhereProps) {
  const { tasks } = useText().agents;
  const title = useTitle();
  const [first] = selected;
  if (first === undefined) return null;
  const here = selected.length === 1 ? tasks.here(title(first)) : tasks.hereSeveral(selected.length);
  return (
    <Select
      label={tasks.about}
      value={isEverywhere ? "everywhere" : "here"}
      onChange={({ target }) => onChange(target.value === "everywhere")}
    >
      <option value="here">{here}</option>
      <option value="everywhere">{tasks.everywhere}</option>
    </Select>
  );
}
