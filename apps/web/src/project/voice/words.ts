/** Words that are heard, in a field in which somebody may write meanwhile. */
export class Spoken {
  /** What of the field is ours: it stands at its end, as long as nobody wrote behind it. */
  #own = "";

  /** The field once more was heard. */
  more(field: string, words: string): string {
    const piece = this.#own === "" ? words.trimStart() : words;
    const joint = this.#own === "" && field !== "" && !/\s$/.test(field) ? " " : "";
    this.#own = field.endsWith(this.#own) ? this.#own + piece : piece;
    return field + joint + piece;
  }

  /** The field once all was heard: the whole text, where nobody has changed it. */
  whole(field: string, all: string): string {
    if (this.#own === "") return all === "" ? field : this.more(field, all);
    return field.endsWith(this.#own) ? field.slice(0, field.length - this.#own.length) + all : field;
  }
}
