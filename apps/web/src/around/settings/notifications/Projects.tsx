import { useQuery } from "@tanstack/react-query";

import { api, data } from "../../../api/client.ts";
import { useSettingsText } from "../../../text/settings.ts";
import { Button } from "../../../ui/Button.tsx";
import { Select } from "../../../ui/Field.tsx";
import { Section } from "../../parts/Section.tsx";
import { whole } from "../../parts/whole.ts";
import { chosenIn, LEVELS, withProject, type ChosenIn, type Level } from "./in-project.ts";
import styles from "./Notifications.module.css";
import type { Preferences } from "./queries.ts";
import { TypeTable } from "./TypeTable.tsx";

interface Props {
  chosen: Preferences;
  onChoose: (chosen: Preferences) => void;
}

/** How much of each project somebody wants to be told. */
export function Projects({ chosen, onChoose }: Props) {
  const { notices } = useSettingsText();
  const { data: projects = [] } = useQuery({
    queryKey: ["projects", "for-notifications"],
    queryFn: ({ signal }) => whole((query) => data(api.GET("/api/v1/projects", { params: { query }, signal }))),
  });
  if (projects.length === 0) return null;
  return (
    <Section title={notices.projects}>
      {projects.map(({ id, name }) => (
        <Project
          key={id}
          name={name}
          chosen={chosenIn(chosen, id)}
          onChange={(change) => onChoose(withProject(chosen, id, change))}
        />
      ))}
    </Section>
  );
}

interface ProjectProps {
  name: string;
  chosen: ChosenIn;
  onChange: (change: Partial<Pick<ChosenIn, "level" | "own">>) => void;
}

function Project({ name, chosen: { level, own, types }, onChange }: ProjectProps) {
  const { notices } = useSettingsText();
  const count = types.filter(([type]) => own[type] !== undefined).length;
  const words = count === 0 ? notices.byType : `${notices.byType} · ${notices.otherwise(count)}`;
  return (
    <div className={styles.project}>
      <Select label={name} value={level} onChange={({ target }) => onChange({ level: target.value as Level })}>
        {LEVELS.map((each) => (
          <option key={each} value={each}>
            {notices.levels[each]}
          </option>
        ))}
      </Select>
      {types.length > 0 && (
        <details>
          <summary aria-label={`${words}: ${name}`}>{words}</summary>
          <TypeTable
            label={notices.byTypeIn(name)}
            types={types}
            onTurn={(type, ways) => onChange({ own: { ...own, [type]: ways } })}
          />
          <Button size="small" disabled={count === 0} accessibleWhenDisabled onClick={() => onChange({ own: {} })}>
            {notices.asEverywhere}
          </Button>
        </details>
      )}
    </div>
  );
}
