import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect } from "react";

import { Toasts } from "../ui/Toasts.tsx";
import { OnError } from "./OnError.tsx";
import { queries } from "./queries.ts";
import { Routes } from "./Routes.tsx";
import { connection } from "../session/connection.ts";
import { renew } from "../session/session.ts";
import { useSession } from "../session/use-session.ts";
import { Starting } from "./Starting.tsx";

export function App() {
  return (
    <OnError>
      <QueryClientProvider client={queries}>
        <Whose />
        <Toasts />
      </QueryClientProvider>
    </OnError>
  );
}

/** Nothing is shown before it is known whose page this is. */
function Whose() {
  const { status } = useSession();
  useEffect(() => {
    if (status === "in") {
      connection.start();
      return;
    }
    connection.stop();
    // What one user read is nothing for the next.
    queries.clear();
  }, [status]);
  return status === "unknown" ? <Starting ask={renew} /> : <Routes />;
}
