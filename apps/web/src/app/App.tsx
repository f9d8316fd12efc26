import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect } from "react";

import { Toasts } from "../ui/Toasts.tsx";
import { OnError } from "./OnError.tsx";
import { queries } from "./queries.ts";
import { Routes } from "./Routes.tsx";
import { renew } from "../session/session.ts";
import { useSession } from "../session/use-session.ts";
import { Speaking } from "../text/index.ts";
import { Starting } from "../ui/Starting.tsx";

export function App() {
  return (
    <Speaking>
      <OnError>
        <QueryClientProvider client={queries}>
          <Whose />
          <Toasts />
        </QueryClientProvider>
      </OnError>
    </Speaking>
  );
}

/** Nothing is shown before it is known whose page this is. */
function Whose() {
  const { status } = useSession();
  useEffect(() => {
    // What one user read is nothing for the next.
    if (status !== "in") queries.clear();
  }, [status]);
  return status === "unknown" ? <Starting ask={renew} /> : <Routes />;
}
