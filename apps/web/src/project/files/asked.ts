import type { Attachment } from "../ui-state.ts";

/** What is said to have a file attached as it is here. */
export const asAsked = ({ mediaId, policy, pages }: Attachment) => ({
  mediaId,
  policy,
  ...(pages !== undefined && { pages }),
});
