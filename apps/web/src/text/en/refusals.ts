/**
 * Why something was refused or failed, by the server's code. A code that is not here has a sentence of the server's
 * that is for people and says more, of limits and names; it is English.
 */
const codes: Readonly<Record<string, string>> = {
  bad_request: "The server did not understand this. Reload the page and try again.",
  bad_json: "The server did not understand this. Reload the page and try again.",
  unauthenticated: "You are no longer logged in. Log in to go on.",
  not_found: "That is no longer there, or not for you.",
  generating: "A model is writing this answer right now. Wait until it is done, or stop it first.",
  version_mismatch: "Somebody else changed this meanwhile. Look at what is there now, then do it again.",
  precondition_required: "Somebody else may have changed this meanwhile. Reload the page and do it again.",
  self_edge: "A node cannot rest on itself.",
  payload_too_large: "That is more than the server takes at once. Do it in smaller parts.",
  op_reused: "The server took this for something else. Do it again.",
  idempotency_reused: "The server took this for something else. Do it again.",
  idempotency_running: "The server is still busy with this. Wait a moment.",
  storage_full:
    "The owner of this project has no room left. Nothing is lost; to go on, they delete projects or have the limit raised.",
  answer_above_missing: "The answer above did not come, so this was not asked. Ask again once it is there.",
  account_disabled: "The account that asked for this was disabled. Ask again.",
  internal: "The server made a mistake. Try again, and tell who runs it if it happens again.",
  gone: "What this change was about is no longer there.",
};

export const refusals = {
  codes,
  /** Something that was typed cannot be taken, and why is not known any better. */
  invalid: "The server does not take this as it is. Change it and try again.",
  characters: (least: string, most: string) =>
    least === "0" ? `At most ${most} characters are possible.` : `From ${least} to ${most} characters are possible.`,
  number: (least: string, most: string) => `Only a number from ${least} to ${most} is possible.`,
};
