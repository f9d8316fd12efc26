import { useRef, useState, type PointerEvent } from "react";

import { api, data } from "../../api/client.ts";
import { sendFile } from "../../project/files/uploads.ts";
import { useProject } from "../../project/project.ts";
import { useCanvasStore, type Attachment } from "../../project/ui-state.ts";
import { useText } from "../../text/index.ts";
import { useViewing } from "../../text/viewing.ts";
import { Button } from "../../ui/Button.tsx";
import { Input } from "../../ui/Field.tsx";
import { sayFailed } from "../../ui/toasts.ts";
import { between, cropped, type Region } from "./crop.ts";
import styles from "./Files.module.css";

interface Props {
  file: Attachment;
  node: string;
  address: string;
  onClose: () => void;
}

const FIELDS = ["x", "y", "width", "height"] as const;

/** Takes a part of a picture, by dragging over it or by numbers. It is a file of its own, in the place of the whole one. */
export function Cropper({ file, node, address, onClose }: Props) {
  const { common } = useText();
  const viewing = useViewing();
  const picture = useRef<HTMLImageElement>(null);
  const [size, setSize] = useState({ width: 1, height: 1 });
  const [region, setRegion] = useState<Region>({ x: 0, y: 0, width: 1, height: 1 });
  const dragging = useDragging(picture, size, setRegion);
  const take = useTaking(file, node);
  const part = (of: number, whole: number) => `${String((of / whole) * 100)}%`;
  return (
    <form
      className={styles.crop}
      onSubmit={(event) => {
        event.preventDefault();
        if (picture.current !== null) void take(picture.current, region);
      }}
    >
      <div className={styles.cropped} {...dragging}>
        <img
          ref={picture}
          src={address}
          alt={file.alt ?? file.name}
          draggable={false}
          onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => {
            setSize({ width, height });
            setRegion({ x: 0, y: 0, width, height });
          }}
        />
        <span
          className={styles.region}
          style={{
            left: part(region.x, size.width),
            top: part(region.y, size.height),
            width: part(region.width, size.width),
            height: part(region.height, size.height),
          }}
        />
      </div>
      <p className={styles.hint}>{viewing.cropHint}</p>
      <div className={styles.numbers}>
        {FIELDS.map((field) => (
          <Input
            key={field}
            type="number"
            label={viewing.region[field]}
            min={field === "x" || field === "y" ? 0 : 1}
            max={field === "x" || field === "width" ? size.width : size.height}
            value={region[field]}
            onChange={({ target }) => setRegion(between({ ...region, [field]: Number(target.value) }, size))}
          />
        ))}
      </div>
      <div className={styles.actions}>
        <Button type="submit" look="primary">
          {viewing.cropNow}
        </Button>
        <Button onClick={onClose}>{common.cancel}</Button>
      </div>
    </form>
  );
}

interface Size {
  width: number;
  height: number;
}

/** A region from where the pointer went down to where it is. */
function useDragging(picture: React.RefObject<HTMLImageElement | null>, size: Size, drag: (region: Region) => void) {
  const begun = useRef<{ x: number; y: number } | null>(null);
  const at = ({ clientX, clientY }: PointerEvent) => {
    const box = picture.current?.getBoundingClientRect();
    if (box === undefined) return { x: 0, y: 0 };
    return {
      x: ((clientX - box.left) / box.width) * size.width,
      y: ((clientY - box.top) / box.height) * size.height,
    };
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      begun.current = at(event);
    },
    onPointerMove: (event: PointerEvent) => {
      if (begun.current === null) return;
      const [from, to] = [begun.current, at(event)];
      const [x, y] = [Math.min(from.x, to.x), Math.min(from.y, to.y)];
      drag(between({ x, y, width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) }, size));
    },
    onPointerUp: () => {
      begun.current = null;
    },
  };
}

/** The part becomes a file, and takes the place of the whole one at the node: one change, which can be undone. */
function useTaking(file: Attachment, node: string) {
  const project = useProject();
  const store = useCanvasStore();
  return async (picture: HTMLImageElement, region: Region) => {
    const id = project.graph()?.project.id;
    if (id === undefined) return;
    try {
      const part = await cropped(picture, region, file.name);
      store.setState({ open: null });
      sendFile(id, part, ({ id: mediaId }) => void replace(mediaId));
    } catch (error) {
      sayFailed(error);
    }
  };
  async function replace(mediaId: string) {
    if (file.alt !== undefined) {
      const path = { media_id: mediaId };
      await data(api.PATCH("/api/v1/media/{media_id}", { params: { path }, body: { alt: file.alt } })).catch(sayFailed);
    }
    const now = project.node(node)?.attachments ?? [];
    const attachments = now.map((one) => {
      const { policy, pages } = one;
      const place = one.mediaId === file.mediaId ? mediaId : one.mediaId;
      return { mediaId: place, policy, ...(pages === undefined ? {} : { pages }) };
    });
    project.submit("node.update", { id: node, attachments });
  }
}
