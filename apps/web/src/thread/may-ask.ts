import { useMay } from "../project/use-rights.ts";

/** To ask in a conversation is to add a question and to have it answered. */
export function useMayAsk(): boolean {
  const mayWrite = useMay("graph:write");
  const mayRun = useMay("runs:run");
  return mayWrite && mayRun;
}
