import { useState } from "react";

import { useExplaining } from "../../project/explained.ts";
import { useProject } from "../../project/project.ts";
import type { Ops, Refusal } from "../../sync/index.ts";
import { sayFailed } from "../../ui/toasts.ts";

/** Changes the project, and says what became of it where it was asked for. */
export function useOp() {
  const project = useProject();
  const explain = useExplaining();
  const [open, setOpen] = useState(0);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  /** True once the server has it; false when it was refused. */
  const submit = async <K extends keyof Ops>(op: K, data: Ops[K]): Promise<boolean> => {
    setRefusal(null);
    setOpen((count) => count + 1);
    try {
      const { id, settled } = project.submit(op, data);
      explain(id);
      const outcome = await settled;
      if (!outcome.ok) setRefusal(outcome.refusal);
      return outcome.ok;
    } catch (error) {
      sayFailed(error);
      return false;
    } finally {
      setOpen((count) => count - 1);
    }
  };
  return { submit, busy: open > 0, refusal };
}
