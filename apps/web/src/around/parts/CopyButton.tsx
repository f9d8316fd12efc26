import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";

import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";

const SHOWN_MS = 2_000;

/** Copies, and says so on itself once the clipboard has it. */
export function CopyButton({ value, label }: { value: string; label?: string }) {
  const { common, around } = useText();
  const [state, setState] = useState<"idle" | "done" | "failed">("idle");
  useEffect(() => {
    if (state !== "done") return undefined;
    const over = setTimeout(setState, SHOWN_MS, "idle");
    return () => {
      clearTimeout(over);
    };
  }, [state]);
  const copy = () => {
    copied(value).then(setState, () => {
      setState("failed");
    });
  };
  return (
    <>
      <Button aria-label={label === undefined ? undefined : `${common.copy}: ${label}`} onClick={copy}>
        {state === "done" ? <Check aria-hidden /> : <Copy aria-hidden />}
        {state === "done" ? common.copied : common.copy}
      </Button>
      <span className={state === "failed" ? undefined : "visually-hidden"} role="status">
        {state === "done" && common.copied}
        {state === "failed" && around.frame.copyFailed}
      </span>
    </>
  );
}

async function copied(value: string): Promise<"done"> {
  // Pages that did not come over a safe connection have no clipboard: the call throws there.
  await navigator.clipboard.writeText(value);
  return "done";
}
