import { useQuery } from "@tanstack/react-query";

import { api, data } from "../../../api/client.ts";
import { useSettingsText } from "../../../text/settings.ts";
import { Select } from "../../../ui/Field.tsx";
import { Section } from "../../parts/Section.tsx";
import { whole } from "../../parts/whole.ts";
import type { Preferences } from "./queries.ts";

const LEVELS = ["ALL", "MENTIONS", "NONE"] as const;
type Level = (typeof LEVELS)[number];

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
  const set = (projectId: string, level: Level) => {
    const others = (chosen.projects ?? []).filter((one) => one.projectId !== projectId);
    const before = chosen.projects?.find((one) => one.projectId === projectId);
    const isUsual = level === "ALL" && Object.keys(before?.types ?? {}).length === 0;
    onChoose({ ...chosen, projects: isUsual ? others : [...others, { ...before, projectId, level }] });
  };
  return (
    <Section title={notices.projects}>
      {projects.map(({ id, name }) => (
        <Select
          key={id}
          label={name}
          value={chosen.projects?.find(({ projectId }) => projectId === id)?.level ?? "ALL"}
          onChange={({ target }) => set(id, target.value as Level)}
        >
          {LEVELS.map((level) => (
            <option key={level} value={level}>
              {notices.levels[level]}
            </option>
          ))}
        </Select>
      ))}
    </Section>
  );
}
