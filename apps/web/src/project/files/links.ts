/** As long as the server takes. */
const URL_CHARS_MAX = 2_048;

/** The address of the web that is dropped or pasted, if it is that and nothing else. */
export function linkIn(data: DataTransfer): string | null {
  // A list of addresses, in which lines may be remarks.
  const listed = data.getData("text/uri-list").split(/\r?\n/u);
  const [first = ""] = listed.filter((line) => line !== "" && !line.startsWith("#"));
  return address(first) ?? address(data.getData("text/plain"));
}

function address(text: string): string | null {
  const written = text.trim();
  if (!/^https?:\/\/\S+$/iu.test(written) || written.length > URL_CHARS_MAX) return null;
  return URL.canParse(written) ? written : null;
}
