import { useState } from "react";

import { addFacilitator, startTask } from "../../project/agents/changes.ts";
import { useAgentsChange } from "../../project/agents/queries.ts";
import { useGraph } from "../../project/project.ts";
import { useCanvas, useCanvasStore } from "../../project/ui-state.ts";
import { useMay } from "../../project/use-rights.ts";
import { text, useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Input, Select } from "../../ui/Field.tsx";
import { Actions, Failed, Reading, Soft, useTitle } from "../parts/Parts.tsx";
import { AGENTS_TAB } from "../../project/agents/asking.ts";
import styles from "./Agents.module.css";
import { useChosenAgent } from "./choice.ts";
import { taskOf, TASK_PROMPT_CHARS_MAX } from "../../project/agents/start.ts";

/** Says what should happen, from anywhere on the canvas; what is selected comes first. */
export function InstructionLine({ onClose }: { onClose: () => void }) {
  const choice = useChosenAgent();
  if (choice.query.data === undefined) return <Reading query={choice.query} />;
  return choice.agent === null ? <NoAgent /> : <Line choice={choice} onClose={onClose} />;
}

function Line({ choice, onClose }: { choice: ReturnType<typeof useChosenAgent>; onClose: () => void }) {
  const { instruct } = useText().agents;
  const store = useCanvasStore();
  const selected = useSelected();
  const [prompt, setPrompt] = useState("");
  const starting = useAgentsChange("tasks", startTask, ({ id }) => {
    store.setState({ panel: AGENTS_TAB, task: id });
    onClose();
  });
  const { list, agent, choose } = choice;
  if (agent === null) return null;
  const start = () => {
    choose(agent.agentId);
    starting.mutate(taskOf(agent, prompt, selected));
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (prompt.trim() !== "") start();
      }}
    >
      <Input
        label={instruct.label}
        hint={instruct.hint}
        autoFocus
        autoComplete="off"
        maxLength={TASK_PROMPT_CHARS_MAX}
        value={prompt}
        onChange={({ target }) => setPrompt(target.value)}
      />
      <Selection selected={selected} />
      <Failed error={starting.error} />
      <div className={styles.instructionFoot}>
        <Select label={instruct.agent} value={agent.agentId} onChange={({ target }) => choose(target.value)}>
          {list.map(({ agentId, name }) => (
            <option key={agentId} value={agentId}>
              {name}
            </option>
          ))}
        </Select>
        <Button type="submit" look="primary" busy={starting.isPending} disabled={prompt.trim() === ""}>
          {instruct.start}
        </Button>
      </div>
    </form>
  );
}

function Selection({ selected }: { selected: readonly string[] }) {
  const { tasks } = useText().agents;
  const title = useTitle();
  const [first] = selected;
  if (first === undefined) return <Soft>{tasks.everywhere}</Soft>;
  return <Soft>{selected.length === 1 ? tasks.here(title(first)) : tasks.hereSeveral(selected.length)}</Soft>;
}

function useSelected(): readonly string[] {
  const { nodes } = useGraph();
  const selection = useCanvas((ui) => ui.selection);
  return [...selection].filter((id) => nodes.has(id));
}

/** One click makes an agent and adds it; the line is there at once, then. */
function NoAgent() {
  const { instruct } = useText().agents;
  const mayWrite = useMay("agents:write");
  const adding = useAgentsChange("agents", addFacilitator);
  if (!mayWrite) return <p>{instruct.noneForOthers}</p>;
  return (
    <>
      <p>{instruct.none}</p>
      <Failed error={adding.error} />
      <Actions>
        <Button
          look="primary"
          autoFocus
          busy={adding.isPending}
          onClick={() => adding.mutate({ name: text().agents.instruct.facilitator })}
        >
          {instruct.make}
        </Button>
      </Actions>
    </>
  );
}
