import { may } from "../../project/rights.ts";
import { useText } from "../../text/index.ts";
import { Checkbox } from "../../ui/Checkbox.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import { say } from "../../ui/toasts.ts";
import { Secret } from "../parts/Secret.tsx";
import { Part } from "./Part.tsx";
import { setListed, setPublic, useSharingChange, type Project } from "./queries.ts";
import styles from "./Sharing.module.css";

export function PublicLink({ project }: { project: Project }) {
  const { sharing } = useText().around;
  const change = useSharingChange(project.id, setPublic(project.id), ({ isPublic }) => {
    say(isPublic ? sharing.linkOn : sharing.linkClosed);
  });
  const isMine = may(project, "project:write");
  return (
    <Part title={sharing.link}>
      {isMine && <Switch label={sharing.linkSwitch} isOn={project.isPublic} change={change} />}
      <p className={styles.soft}>{project.isPublic ? sharing.linkText : sharing.linkOff}</p>
      {project.isPublic && <Secret label={sharing.linkLabel} value={`${location.origin}/projects/${project.id}`} />}
      {project.isPublic && isMine && <Listed project={project} />}
    </Part>
  );
}

/** Only what is public anyway can be shown to everybody. */
function Listed({ project }: { project: Project }) {
  const { sharing } = useText().around;
  const change = useSharingChange(project.id, setListed(project.id), ({ isListed }) => {
    say(isListed ? sharing.listOn : sharing.listOff);
  });
  return (
    <>
      <Switch label={sharing.listSwitch} isOn={project.isListed} change={change} />
      <p className={styles.soft}>{sharing.listText}</p>
    </>
  );
}

interface SwitchProps {
  label: string;
  isOn: boolean;
  change: { readonly isPending: boolean; readonly mutate: (isOn: boolean) => void };
}

function Switch({ label, isOn, change }: SwitchProps) {
  return (
    <div>
      <Checkbox
        isSwitch
        label={label}
        checked={isOn}
        disabled={change.isPending}
        onChange={(event) => {
          change.mutate(event.target.checked);
        }}
      />{" "}
      {change.isPending && <Spinner />}
    </div>
  );
}
