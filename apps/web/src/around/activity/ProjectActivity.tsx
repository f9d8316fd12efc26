import { useQuery } from "@tanstack/react-query";

import { api, data } from "../../api/client.ts";
import { useSettingsText } from "../../text/settings.ts";
import { Inside } from "../frame/Inside.tsx";
import { Loaded } from "../parts/Loaded.tsx";
import { Records } from "./Records.tsx";

/** Who did what in a project, for those who look after it. */
export default function ProjectActivity({ id }: { id: string }) {
  const { activity } = useSettingsText();
  const query = useQuery({
    queryKey: ["project", id],
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/projects/{project_id}", { params: { path: { project_id: id } }, signal })),
  });
  const title = query.data === undefined ? activity.list : activity.projectTitle(query.data.name);
  return (
    <Inside title={title}>
      <Loaded query={query}>{() => <Records whose={{ project: id }} text={activity.projectText} />}</Loaded>
    </Inside>
  );
}
