// A sentence ends at a line's end, or behind a full stop, question or exclamation mark before a space.
const END = /\n|(?<=[.!?…])["”»)]?\s/u;

/** Puts the pieces of a streamed text together and gives out its sentences when they are complete. */
export class SentenceSplitter {
  #rest = "";

  /** The sentences that a piece completes. */
  push(text: string): string[] {
    const parts = (this.#rest + text).split(END);
    this.#rest = parts.pop() ?? "";
    return parts.map(trimmed).filter((each) => each !== "");
  }

  /** What is left when the text has ended. */
  end(): string[] {
    const last = trimmed(this.#rest);
    this.#rest = "";
    return last === "" ? [] : [last];
  }
}

/** Without the marks of a list, which models write in front of lines. */
const trimmed = (text: string): string => text.replace(/^\s*[-*•]\s+/u, "").trim();
