import { Plus } from "lucide-react";
import { useState } from "react";
import { useSearchParams } from "wouter";

import { useIsPhone } from "../../project/view.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Inside } from "../frame/Inside.tsx";
import { Conversations } from "./Conversations.tsx";
import { CreateProject } from "./CreateProject.tsx";
import { List } from "./List.tsx";
import { placeIn } from "./places.ts";
import { Received } from "./Received.tsx";
import { Search } from "./Search.tsx";
import { Kinds, Views } from "./Views.tsx";
import styles from "./Projects.module.css";

/** What is shown stands in the address: going back and sending it to oneself both work. */
export default function Projects() {
  const { projects, conversations } = useText().around;
  const [search, setSearch] = useSearchParams();
  const [creating, setCreating] = useState(false);
  const isPhone = useIsPhone();
  const place = placeIn(search, isPhone);
  const q = search.get("q") ?? "";
  const find = (text: string) => {
    setSearch((now) => withParam(now, "q", text), { replace: true });
  };
  const create = () => {
    setCreating(true);
  };
  return (
    <Inside
      title={place === "conversations" ? conversations.title : projects.title}
      actions={
        <Button look="primary" onClick={create}>
          <Plus aria-hidden />
          {projects.create}
        </Button>
      }
    >
      <Received />
      <Kinds current={place} q={q} isPhone={isPhone} />
      {place === "conversations" ? (
        <>
          <div className={styles.bar}>
            <Search key={place} label={conversations.search} q={q} onSearch={find} />
          </div>
          <Conversations q={q} onClear={() => find("")} />
        </>
      ) : (
        <>
          <div className={styles.bar}>
            <Views current={place} q={q} isPhone={isPhone} />
            <Search key="projects" label={projects.search} q={q} onSearch={find} />
          </div>
          <List key={place} view={place} q={q} onCreate={create} onClear={() => find("")} />
        </>
      )}
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
