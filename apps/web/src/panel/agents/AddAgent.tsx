import { useState } from "react";
import { Link } from "wouter";

import { addAgent } from "../../project/agents/changes.ts";
import { useAgentsChange, useOwnAgents, type OwnAgent, type ProjectAgent } from "../../project/agents/queries.ts";
import { text, useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Select } from "../../ui/Field.tsx";
import { say } from "../../ui/toasts.ts";
import { Actions, Failed, Reading } from "../parts/Parts.tsx";
import styles from "./Agents.module.css";
import { NEW_PLACE, PlaceFields, sentOf } from "./Place.tsx";

interface Props {
  /** Those that are in the project already. */
  here: readonly ProjectAgent[];
  open: boolean;
  onClose: () => void;
}

export function AddAgent({ here, open, onClose }: Props) {
  const { project } = useText().agents;
  const own = useOwnAgents(open);
  const left = own.data?.filter(({ id }) => here.every(({ agentId }) => agentId !== id));
  return (
    <Dialog title={project.addTitle} open={open} onClose={onClose}>
      {left === undefined ? <Reading query={own} /> : <Choose agents={left} onClose={onClose} />}
    </Dialog>
  );
}

function Choose({ agents: list, onClose }: { agents: readonly OwnAgent[]; onClose: () => void }) {
  const { agents, common } = useText();
  const [chosen, setChosen] = useState<string | null>(null);
  const [place, setPlace] = useState(NEW_PLACE);
  const adding = useAgentsChange("agents", addAgent, ({ name }) => {
    say(text().agents.project.added(name));
    onClose();
  });
  const agentId = chosen ?? list[0]?.id;
  if (agentId === undefined) {
    return (
      <>
        <p>{agents.project.noneToAdd}</p>
        <Link href="/agents">{agents.project.makeOne}</Link>
      </>
    );
  }
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        adding.mutate({ agentId, ...sentOf(place) });
      }}
    >
      <Select label={agents.project.which} value={agentId} onChange={({ target }) => setChosen(target.value)}>
        {list.map(({ id, name, slug }) => (
          <option key={id} value={id}>
            {name} (@{slug})
          </option>
        ))}
      </Select>
      <PlaceFields place={place} onChange={setPlace} />
      <Failed error={adding.error} />
      <Actions atEnd>
        <Button onClick={onClose}>{common.cancel}</Button>
        <Button type="submit" look="primary" busy={adding.isPending}>
          {agents.project.addSubmit}
        </Button>
      </Actions>
    </form>
  );
}
