import { useText } from "../../text/index.ts";
import { Dialog } from "../../ui/Dialog.tsx";

interface Props {
  projectId: string;
  open: boolean;
  onClose: () => void;
}

export function ShareDialog({ projectId, open, onClose }: Props) {
  const { projects } = useText().around;
  return (
    <Dialog title={projects.share} open={open} onClose={onClose}>
      {projectId}
    </Dialog>
  );
}
