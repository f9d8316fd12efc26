import { useState } from "react";

import { changeAgent } from "../../project/agents/changes.ts";
import { useAgentsChange, type ProjectAgent } from "../../project/agents/queries.ts";
import { text, useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { say } from "../../ui/toasts.ts";
import { Actions, Failed } from "../parts/Parts.tsx";
import styles from "./Agents.module.css";
import { PlaceFields, sentOf, type Place } from "./Place.tsx";

interface Props {
  agent: ProjectAgent;
  open: boolean;
  onClose: () => void;
}

/** What an agent may do in this project, and use up. */
export function EditPlace({ agent, open, onClose }: Props) {
  const { project } = useText().agents;
  return (
    <Dialog title={project.editTitle(agent.name)} open={open} onClose={onClose}>
      <Fields agent={agent} onClose={onClose} />
    </Dialog>
  );
}

function Fields({ agent, onClose }: Omit<Props, "open">) {
  const { common } = useText();
  const [place, setPlace] = useState(() => placeOf(agent));
  const saving = useAgentsChange("agents", changeAgent, () => {
    say(text().common.saved);
    onClose();
  });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate({ agent, body: sentOf(place) });
      }}
    >
      <PlaceFields place={place} onChange={setPlace} />
      <Failed error={saving.error} />
      <Actions atEnd>
        <Button onClick={onClose}>{common.cancel}</Button>
        <Button type="submit" look="primary" busy={saving.isPending}>
          {common.save}
        </Button>
      </Actions>
    </form>
  );
}

function placeOf({ role, mode, toolServers, budget: { tokensPerDay, costPerDay } }: ProjectAgent): Place {
  const typed = (limit: number | null | undefined) => (typeof limit === "number" ? String(limit) : "");
  return { role, mode, tokensPerDay: typed(tokensPerDay), costPerDay: typed(costPerDay), toolServers };
}
