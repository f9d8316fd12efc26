/** Pixels of a side of what is sent: the server keeps half of that, and takes no more than 1 MiB. */
const SIDE_MAX = 512;

/** The middle of a picture, small enough to be sent; nothing for a file that this browser cannot read. */
export async function squared(file: Blob): Promise<Blob | null> {
  const picture = await createImageBitmap(file).catch(() => null);
  if (picture === null) return null;
  const side = Math.min(picture.width, picture.height);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.min(side, SIDE_MAX);
  const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2];
  canvas.getContext("2d")?.drawImage(picture, left, top, side, side, 0, 0, canvas.width, canvas.height);
  picture.close();
  // Where a browser cannot write WebP, it writes PNG.
  return new Promise((done) => {
    canvas.toBlob(done, "image/webp", 0.9);
  });
}
