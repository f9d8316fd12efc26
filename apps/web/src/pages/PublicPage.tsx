import { useEffect, useState } from "react";
import { Redirect } from "wouter";

import { Connection, MemoryStore } from "../sync/index.ts";
import { Opened } from "./Opened.tsx";
import { useLoginAddress } from "../project/LogIn.tsx";
import { ANYBODY, PublicSocket } from "../session/PublicSocket.ts";

/** A public project for somebody without an account. Whether it is one only the server knows. */
export default function PublicPage({ id }: { id: string }) {
  const [options] = useState(() => ({
    connection: publicConnection(id),
    user: ANYBODY,
    project: id,
    store: new MemoryStore(),
  }));
  const { connection } = options;
  const login = useLoginAddress();
  useEffect(() => {
    const wake = () => connection.wake();
    addEventListener("online", wake);
    return () => {
      removeEventListener("online", wake);
      connection.stop();
    };
  }, [connection]);
  return <Opened options={options} isGuest closed={<Redirect to={login} replace />} />;
}

function publicConnection(id: string): Connection {
  const url = `${location.origin}/api/v1/public/projects/${encodeURIComponent(id)}`;
  // There is nobody to prove anything of.
  return new Connection({ url, ticket: () => Promise.resolve(""), WebSocket: PublicSocket });
}
