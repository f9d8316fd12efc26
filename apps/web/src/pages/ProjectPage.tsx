import { useMemo } from "react";

import { connection } from "../session/connection.ts";
import { useUser } from "../session/use-session.ts";
import { Ended } from "./Ended.tsx";
import { Opened } from "./Opened.tsx";
import { postOps } from "./post-ops.ts";

export default function ProjectPage({ id }: { id: string }) {
  const user = useUser().id;
  const options = useMemo(() => ({ connection, user, project: id, postOps }), [id, user]);
  return <Opened options={options} isGuest={false} closed={<Ended />} />;
}
