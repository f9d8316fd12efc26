/** Why something was refused or failed, by the server's code. */
const codes: Readonly<Record<string, string>> = {
  bad_request: "The server did not understand this. Reload the page and try again.",
  bad_json: "The server did not understand this. Reload the page and try again.",
  bad_cursor: "The list has changed. Reload the page.",
  unauthenticated: "You are no longer logged in. Log in to continue.",
  invalid_credentials: "The password or the code is wrong.",
  totp_required: "This account has a second factor. Enter its code.",
  invalid_token: "This link or code is unknown, already used or expired. Request a new one.",
  forbidden: "You are not allowed to do this here.",
  insufficient_scope: "This token is not allowed to do this.",
  session_required: "Log in to do this.",
  foreign_origin: "This page does not belong to this server.",
  not_found: "This no longer exists, or you have no access to it.",
  method_not_allowed: "The server did not understand this. Reload the page and try again.",
  request_timeout: "Sending took too long. Try again.",
  conflict: "This conflicts with something that already exists.",
  cycle: "That would create a loop: the answer would be based on itself.",
  generating: "A model is writing this answer right now. Wait until it is done, or stop it first.",
  version_mismatch: "Someone else has changed this. Look at what is there now, then do it again.",
  precondition_required: "Someone else may have changed this. Reload the page and do it again.",
  budget_exceeded:
    "The budget is not enough. Wait for the next day or month, choose a cheaper model, or have the limit raised.",
  context_too_large:
    "The instructions and the question do not fit the model’s context window. Shorten them, or choose another model.",
  payload_too_large: "That is more than the server accepts at once. Do it in smaller parts.",
  unsupported_media_type: "This kind of file is not accepted. Send a picture, a document, sound or video.",
  self_edge: "A card cannot be based on itself.",
  op_reused: "The server took this for something else. Do it again.",
  idempotency_reused: "The server took this for something else. Do it again.",
  idempotency_running: "The server is still busy with this. Wait a moment.",
  limit_reached: "The limit is reached. Delete something first.",
  too_much_work: "That is too much for one change. Do it in smaller parts.",
  storage_full:
    "The owner of this project has no storage left. Nothing is lost; to continue, they delete projects or have the limit raised.",
  disk_full: "The server’s disk is full. Nothing was kept; try again later.",
  rate_limited: "Too many requests for now. Try again later.",
  internal: "Something went wrong on the server. Try again, and tell whoever runs it if it happens again.",
  busy: "The server is very busy. Nothing was changed; try again in a moment.",
  unavailable: "The server cannot answer right now. Try again later.",
  gone: "What this change was about no longer exists.",
  // Of an attempt at an answer.
  answer_above_missing: "The answer above is missing, so this was not asked. Retry once it is there.",
  account_disabled: "The account that asked for this was disabled. Retry.",
  provider_unavailable: "The model’s provider cannot be reached, or has a problem.",
  provider_refused_key: "The provider does not accept this server’s key. Tell whoever runs the server.",
  request_rejected: "The provider does not accept this request. The question may be too long for this model.",
  provider_protocol: "The provider sent something that is not an answer.",
  provider_timeout: "The provider did not start answering in time.",
  provider_stalled: "The provider stopped in the middle of the answer.",
  too_long: "The answer took too long and was cut off.",
  too_large: "The answer got too long and was cut off.",
  interrupted: "The server stopped while the answer was being written; what had arrived is kept. Retry.",
  empty_answer: "The model finished without saying anything. Retry, or ask another model.",
};

/** A sentence of the server, by a piece of it, and what people are told instead. */
const details: readonly (readonly [says: string, words: string])[] = [
  ["an account with this e-mail address", "There is already an account with this e-mail address. Log in instead."],
  ["this username, or one that looks like it", "This user name, or one that looks like it, is taken."],
  ["a member of this project already", "You are already a member of this project."],
  ["belongs to a member already", "This address belongs to someone who is already a member."],
  ["the owner cannot leave", "The owner cannot leave the project. Transfer it first."],
  ["these nodes are connected already", "These cards are already connected."],
  ["this address is verified", "This address is already confirmed."],
];

export const refusals = {
  codes,
  details,
  /** Codes of which the server's own sentence says more, in its language. */
  saidBetterByServer: ["conflict", "forbidden", "limit_reached", "budget_exceeded"] as readonly string[],
  /** Something that was typed cannot be accepted, and why is not known any better. */
  invalid: "The server does not accept this. Change it and try again.",
  characters: (least: string, most: string) =>
    least === "0" ? `At most ${most} characters are possible.` : `From ${least} to ${most} characters are possible.`,
  number: (least: string, most: string) => `Only a number from ${least} to ${most} is possible.`,
};
