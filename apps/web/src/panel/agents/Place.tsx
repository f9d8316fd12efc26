import type { Schemas } from "../../api/client.ts";
import { useText } from "../../text/index.ts";
import { Input, Select } from "../../ui/Field.tsx";
import styles from "./Agents.module.css";
import { ToolServers } from "./ToolServers.tsx";

/** The roles that an agent can have; the server refuses one above that of who gives it. */
const ROLES = ["VIEWER", "MEMBER", "EDITOR", "ADMIN"] as const;
const MODES = ["APPLY", "PROPOSE"] as const;

/** What an agent may do in a project, as it is being typed. */
export interface Place {
  readonly role: Schemas["Role"];
  readonly mode: Schemas["AgentMode"];
  readonly tokensPerDay: string;
  readonly costPerDay: string;
  readonly toolServers: readonly string[];
}

export const NEW_PLACE: Place = { role: "EDITOR", mode: "APPLY", tokensPerDay: "", costPerDay: "", toolServers: [] };

/** What the server is told of it. */
export const sentOf = (place: Place) => ({
  role: place.role,
  mode: place.mode,
  budget: budgetOf(place),
  toolServers: [...place.toolServers],
});

/** An empty field is no limit. */
function budgetOf({ tokensPerDay, costPerDay }: Place): Schemas["AgentBudget"] {
  return {
    ...(tokensPerDay !== "" && { tokensPerDay: Number(tokensPerDay) }),
    ...(costPerDay !== "" && { costPerDay: Number(costPerDay) }),
  };
}

interface Props {
  place: Place;
  onChange: (place: Place) => void;
}

export function PlaceFields({ place, onChange }: Props) {
  const { agents, around } = useText();
  const { project } = agents;
  return (
    <>
      <Select
        label={project.role}
        hint={project.roleHint}
        value={place.role}
        onChange={({ target }) => onChange({ ...place, role: ROLES.find((role) => role === target.value) ?? "EDITOR" })}
      >
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {around.projects.roles[role]}
          </option>
        ))}
      </Select>
      <Select
        label={project.mode}
        value={place.mode}
        onChange={({ target }) => onChange({ ...place, mode: MODES.find((mode) => mode === target.value) ?? "APPLY" })}
      >
        {MODES.map((mode) => (
          <option key={mode} value={mode}>
            {project.modeNames[mode]}: {project.modes[mode]}
          </option>
        ))}
      </Select>
      <div className={styles.pair}>
        <Input
          label={project.tokensPerDay}
          type="number"
          min={1}
          step={1}
          placeholder={project.noLimit}
          value={place.tokensPerDay}
          onChange={({ target }) => onChange({ ...place, tokensPerDay: target.value })}
        />
        <Input
          label={project.costPerDay}
          type="number"
          min={0}
          step="any"
          placeholder={project.noLimit}
          value={place.costPerDay}
          onChange={({ target }) => onChange({ ...place, costPerDay: target.value })}
        />
      </div>
      <ToolServers chosen={place.toolServers} onChange={(toolServers) => onChange({ ...place, toolServers })} />
    </>
  );
}
