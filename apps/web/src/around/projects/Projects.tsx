import { Plus } from "lucide-react";
import { useState } from "react";
import { useSearchParams } from "wouter";

import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Inside } from "../frame/Inside.tsx";
import { CreateProject } from "./CreateProject.tsx";
import { List } from "./List.tsx";
import { VIEWS, type View } from "./queries.ts";
import { Received } from "./Received.tsx";
import { Search } from "./Search.tsx";
import { Views } from "./Views.tsx";
import styles from "./Projects.module.css";

const isView = (value: string | null): value is View => VIEWS.some((view) => view === value);

/** What is shown stands in the address: going back and sending it to oneself both work. */
export default function Projects() {
  const { projects } = useText().around;
  const [search, setSearch] = useSearchParams();
  const [creating, setCreating] = useState(false);
  const wanted = search.get("view");
  const view = isView(wanted) ? wanted : "all";
  const q = search.get("q") ?? "";
  const find = (text: string) => {
    setSearch((now) => withParam(now, "q", text), { replace: true });
  };
  const create = () => {
    setCreating(true);
  };
  return (
    <Inside
      title={projects.title}
      actions={
        <Button look="primary" onClick={create}>
          <Plus aria-hidden />
          {projects.create}
        </Button>
      }
    >
      <Received />
      <div className={styles.bar}>
        <Views current={view} />
        <Search q={q} onSearch={find} />
      </div>
      <List key={view} view={view} q={q} onCreate={create} onClear={() => find("")} />
      <CreateProject
        open={creating}
        onClose={() => {
          setCreating(false);
        }}
      />
    </Inside>
  );
}

function withParam(search: URLSearchParams, name: string, value: string): URLSearchParams {
  const changed = new URLSearchParams(search);
  if (value === "") changed.delete(name);
  else changed.set(name, value);
  return changed;
}
