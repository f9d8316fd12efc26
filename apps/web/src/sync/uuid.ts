const COUNTER_MAX = 0xfff;

let lastMs = 0;
let counter = 0;

/** A UUIDv7 in lower case; those of one program sort in the order they were made. */
export function uuidv7(nowMs: number = Date.now()): string {
  const random = crypto.getRandomValues(new Uint8Array(10));
  if (nowMs > lastMs) {
    lastMs = nowMs;
    // Half of the range stays free for more ids within the same millisecond.
    counter = ((at(random, 8) << 8) | at(random, 9)) & (COUNTER_MAX >> 1);
  } else if (counter < COUNTER_MAX) {
    counter += 1;
  } else {
    lastMs += 1;
    counter = 0;
  }
  const time = lastMs.toString(16).padStart(12, "0");
  const variant = (at(random, 0) & 0x3f) | 0x80;
  const tail = [variant, ...random.subarray(1, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const count = counter.toString(16).padStart(3, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

/** When a UUIDv7 was made, as the server writes times. */
export function timeOf(id: string): string {
  const ms = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  return new Date(Number.isNaN(ms) ? 0 : ms).toISOString();
}

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}
