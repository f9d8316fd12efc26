import { useMutation } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useLocation } from "wouter";

import { api } from "../../api/client.ts";
import { Refused } from "../../api/problem.ts";
import { end } from "../../session/session.ts";
import { useUser } from "../../session/use-session.ts";
import { clearUnsent, countUnsent } from "../../sync/index.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Dialog.tsx";
import { sayFailed } from "../../ui/toasts.ts";

/** Here, or on all devices and maybe with all API tokens. */
export type Where = "here" | { endTokens: boolean };

interface Leaving {
  where: Where;
  /** What becomes of changes that have not reached the server; they are asked about if it is not said. */
  unsent?: "keep" | "clear";
}

interface LogOut {
  logOut: (where: Where) => void;
  isPending: boolean;
  /** Asks what becomes of unsent changes, if there are any. */
  question: ReactNode;
}

/** Logs out, here or on all devices; whoever logs in next begins at `then`. */
export function useLogOut(then = "/"): LogOut {
  const [, go] = useLocation();
  const { id } = useUser();
  const [asked, setAsked] = useState<{ where: Where; count: number } | null>(null);
  const leaving = useMutation({
    mutationFn: async ({ where, unsent }: Leaving) => {
      const count = unsent === undefined ? await kept(id) : 0;
      if (count > 0) return count;
      await leave(where);
      if (unsent === "clear") await clearUnsent(id);
      return 0;
    },
    onSuccess: (count, { where, unsent }) => {
      if (count > 0) {
        setAsked({ where, count });
      } else if (unsent === "clear") {
        // Nothing is left in the memory of this page either.
        location.replace(then);
      } else {
        go(then, { replace: true });
        end();
      }
    },
    onError: sayFailed,
  });
  const question = asked !== null && (
    <Unsent
      count={asked.count}
      busy={leaving.isPending}
      onClose={() => {
        setAsked(null);
      }}
      onChoose={(unsent) => {
        leaving.mutate({ where: asked.where, unsent });
      }}
    />
  );
  return {
    logOut: (where) => {
      leaving.mutate({ where });
    },
    isPending: leaving.isPending,
    question,
  };
}

interface Props {
  count: number;
  busy: boolean;
  onClose: () => void;
  onChoose: (unsent: "keep" | "clear") => void;
}

function Unsent({ count, busy, onClose, onChoose }: Props) {
  const { frame } = useText().around;
  return (
    <Confirm
      title={frame.unsentTitle}
      text={frame.unsentText(count)}
      action={frame.unsentClear}
      open
      busy={busy}
      onClose={onClose}
      onConfirm={() => {
        onChoose("clear");
      }}
      instead={
        <Button
          busy={busy}
          onClick={() => {
            onChoose("keep");
          }}
        >
          {frame.unsentKeep}
        </Button>
      }
    />
  );
}

/** A browser that keeps nothing has nothing to ask about. */
const kept = (user: string): Promise<number> => countUnsent(user).catch(() => 0);

async function leave(where: Where): Promise<void> {
  try {
    await (where === "here" ? api.POST("/api/v1/auth/logout") : api.POST("/api/v1/auth/logout-all", { body: where }));
  } catch (error) {
    // A session that has ended already is what was asked for.
    if (!(error instanceof Refused && error.problem.status === 401)) throw error;
  }
}
