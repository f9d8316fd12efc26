import { api, data, type Schemas } from "../../api/client.ts";
import { remember } from "../../remembered.ts";
import { PUSHED_FOR } from "./pushed.ts";

export type Device = Schemas["PushDeviceView"];

export const PUSH_PATH = "/api/v1/users/me/push-subscriptions";
const WORKER = "/push-worker.js";

/** Whether this browser can be told something while no page is open. */
export const canBeTold = (): boolean =>
  "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;

/** Has this browser be told, which its person allowed already. */
export async function turnOn(user: string, publicKey: string): Promise<void> {
  const { pushManager } = await registered();
  const before = await pushManager.getSubscription();
  const applicationServerKey = bytes(publicKey);
  // A browser keeps one at a time, and one for another key of the server is of no use.
  if (before !== null && !isFor(before, applicationServerKey)) await before.unsubscribe();
  const { endpoint, keys } = (
    await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })
  ).toJSON() as Schemas["CreatePushSubscription"];
  await data(api.POST(PUSH_PATH, { body: { endpoint, keys } }));
  remember(PUSHED_FOR, user);
}

/** This browser hears nothing more. */
export async function turnOff(device: Device | undefined): Promise<void> {
  remember(PUSHED_FOR, "");
  await (await subscription())?.unsubscribe();
  if (device !== undefined) await remove(device);
}

export const remove = ({ id }: Device): Promise<unknown> =>
  data(api.DELETE("/api/v1/users/me/push-subscriptions/{id}", { params: { path: { id } } }));

/**
 * Keeps a browser told whose person wanted it once. It ends with each session and goes on with the next one; what was
 * removed on another device meanwhile stays off.
 */
export async function keepOn(user: string, isNewSession: boolean): Promise<void> {
  if (!canBeTold() || Notification.permission !== "granted") return;
  const { publicKey, devices } = await data(api.GET(PUSH_PATH));
  if (publicKey === null) return;
  const here = devices.find(({ current }) => current);
  const isSubscribed = (await subscription()) !== null;
  if (here === undefined && isSubscribed && !isNewSession) await turnOff(undefined);
  else if (here === undefined || here.outdated || !isSubscribed) await turnOn(user, publicKey);
}

async function registered(): Promise<ServiceWorkerRegistration> {
  await navigator.serviceWorker.register(WORKER);
  return navigator.serviceWorker.ready;
}

const subscription = async (): Promise<PushSubscription | null> =>
  (await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription()) ?? null;

function isFor({ options }: PushSubscription, key: Uint8Array): boolean {
  const given = new Uint8Array(options.applicationServerKey ?? []);
  return given.length === key.length && given.every((byte, place) => byte === key[place]);
}

/** From base64url without padding. */
function bytes(text: string): Uint8Array<ArrayBuffer> {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}
