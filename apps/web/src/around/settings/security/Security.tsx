import { ChangePassword } from "./ChangePassword.tsx";
import { SecondFactor } from "./SecondFactor.tsx";
import { Sessions } from "./Sessions.tsx";

export function Security() {
  return (
    <>
      <ChangePassword />
      <SecondFactor />
      <Sessions />
    </>
  );
}
