import { useState } from "react";

import type { Schemas } from "../../api/client.ts";
import { makeSchedule } from "../../project/agents/changes.ts";
import { useAgentsChange, type ProjectAgent } from "../../project/agents/queries.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Checkbox } from "../../ui/Checkbox.tsx";
import { Input, Select, TextArea } from "../../ui/Field.tsx";
import { Actions, Failed, Soft, useTitle } from "../parts/Parts.tsx";
import styles from "./Agents.module.css";
import { dailyCron } from "./shape.ts";
import { TASK_PROMPT_CHARS_MAX } from "../../project/agents/start.ts";

const WHENS = ["daily", "cron", "once", "event"] as const;
const EVENTS = ["NODE_COMPLETED", "NODE_STALE", "MENTION", "NODE_TAGGED"] as const;
const TAG_CHARS_MAX = 40;

interface When {
  readonly when: (typeof WHENS)[number];
  readonly time: string;
  readonly cron: string;
  readonly at: string;
  readonly event: (typeof EVENTS)[number];
  readonly tag: string;
}

const FIRST: When = { when: "daily", time: "09:00", cron: "0 9 * * MON-FRI", at: "", event: "MENTION", tag: "" };
const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

interface Props {
  agents: readonly ProjectAgent[];
  selected: readonly string[];
  onClose: () => void;
}

export function MakeSchedule({ agents: list, selected, onClose }: Props) {
  const { agents, common } = useText();
  const { schedules } = agents;
  const title = useTitle();
  const [agentId, setAgent] = useState(list[0]?.agentId ?? "");
  const [name, setName] = useState("");
  const [prompt, setPrompt] = useState("");
  const [when, setWhen] = useState(FIRST);
  const [isHere, setHere] = useState(selected.length === 1);
  const making = useAgentsChange("schedules", makeSchedule, onClose);
  const node = selected.length === 1 ? selected[0] : undefined;
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        const place = isHere && node !== undefined ? { nodeId: node } : {};
        making.mutate({ agentId, name: name.trim(), prompt: prompt.trim(), ...place, ...timesOf(when) });
      }}
    >
      <Input
        label={schedules.name}
        value={name}
        maxLength={200}
        required
        onChange={({ target }) => setName(target.value)}
      />
      <Select label={schedules.agent} value={agentId} onChange={({ target }) => setAgent(target.value)}>
        {list.map((agent) => (
          <option key={agent.agentId} value={agent.agentId}>
            {agent.name}
          </option>
        ))}
      </Select>
      <TextArea
        label={schedules.prompt}
        rows={3}
        value={prompt}
        maxLength={TASK_PROMPT_CHARS_MAX}
        required
        onChange={({ target }) => setPrompt(target.value)}
      />
      <WhenFields when={when} onChange={setWhen} />
      {node !== undefined && (
        <Checkbox
          label={schedules.here(title(node))}
          checked={isHere}
          onChange={({ target }) => setHere(target.checked)}
        />
      )}
      <Failed error={making.error} />
      <Actions atEnd>
        <Button onClick={onClose}>{common.cancel}</Button>
        <Button type="submit" look="primary" busy={making.isPending}>
          {schedules.submit}
        </Button>
      </Actions>
    </form>
  );
}

/** As the server takes them: by the clock of whoever makes the schedule. */
function timesOf({ when, time, cron, at, event, tag }: When): Partial<Schemas["CreateSchedule"]> {
  switch (when) {
    case "daily":
      return { cron: dailyCron(time), timezone: zone() };
    case "cron":
      return { cron, timezone: zone() };
    case "once":
      return { at: new Date(at).toISOString() };
    case "event":
      return event === "NODE_TAGGED" ? { event, tag: tag.trim() } : { event };
  }
}

function WhenFields({ when, onChange }: { when: When; onChange: (when: When) => void }) {
  const { schedules } = useText().agents;
  return (
    <>
      <Select
        label={schedules.when}
        value={when.when}
        onChange={({ target }) => onChange({ ...when, when: WHENS.find((each) => each === target.value) ?? "daily" })}
      >
        {WHENS.map((each) => (
          <option key={each} value={each}>
            {schedules.whens[each]}
          </option>
        ))}
      </Select>
      <Moment when={when} onChange={onChange} />
      {(when.when === "daily" || when.when === "cron") && <Soft>{schedules.zone(zone())}</Soft>}
    </>
  );
}

function Moment({ when, onChange }: { when: When; onChange: (when: When) => void }) {
  const { schedules } = useText().agents;
  switch (when.when) {
    case "daily":
      return (
        <Input
          label={schedules.time}
          type="time"
          required
          value={when.time}
          onChange={({ target }) => onChange({ ...when, time: target.value })}
        />
      );
    case "cron":
      return (
        <Input
          label={schedules.cron}
          hint={schedules.cronHint}
          required
          maxLength={100}
          spellCheck={false}
          value={when.cron}
          onChange={({ target }) => onChange({ ...when, cron: target.value })}
        />
      );
    case "once":
      return (
        <Input
          label={schedules.at}
          type="datetime-local"
          required
          value={when.at}
          onChange={({ target }) => onChange({ ...when, at: target.value })}
        />
      );
    case "event":
      return (
        <>
          <Select
            label={schedules.event}
            value={when.event}
            onChange={({ target }) =>
              onChange({ ...when, event: EVENTS.find((each) => each === target.value) ?? "MENTION" })
            }
          >
            {EVENTS.map((each) => (
              <option key={each} value={each}>
                {schedules.events[each]}
              </option>
            ))}
          </Select>
          {when.event === "NODE_TAGGED" && (
            <Input
              label={schedules.tag}
              required
              maxLength={TAG_CHARS_MAX}
              value={when.tag}
              onChange={({ target }) => onChange({ ...when, tag: target.value })}
            />
          )}
        </>
      );
  }
}
