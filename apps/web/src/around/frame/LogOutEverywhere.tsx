import { useState } from "react";

import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Checkbox } from "../../ui/Checkbox.tsx";
import { Confirm } from "../../ui/Dialog.tsx";
import { useLogOut } from "./log-out.tsx";

export function LogOutEverywhere() {
  const { frame } = useText().around;
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button
        onClick={() => {
          setAsking(true);
        }}
      >
        {frame.logOutEverywhere}…
      </Button>
      <ConfirmLogOut
        open={asking}
        onClose={() => {
          setAsking(false);
        }}
      />
    </>
  );
}

export function ConfirmLogOut({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { frame } = useText().around;
  const [endTokens, setEndTokens] = useState(false);
  const logOut = useLogOut();
  return (
    <>
      {logOut.question}
      <Confirm
        title={frame.logOutEverywhere}
        text={frame.logOutEverywhereText}
        action={frame.logOutEverywhere}
        open={open}
        busy={logOut.isPending}
        onClose={onClose}
        onConfirm={() => {
          logOut.logOut({ endTokens });
        }}
      >
        <Checkbox
          label={frame.endTokens}
          checked={endTokens}
          onChange={(event) => {
            setEndTokens(event.target.checked);
          }}
        />
      </Confirm>
    </>
  );
}
