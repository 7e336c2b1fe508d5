import { closeSync, openSync, readSync } from "node:fs";

const CHUNK_BYTES = 1 << 20;
const LINE_CHUNK_BYTES = 1 << 14;
const LINE_FEED = 10;

/** The lines of a file, from a place on or the one at a place. */
export const linesOfFile = (file) => ({
  from: (start) => readLines(file, start),
  at: (start) => readLineAt(file, start),
});

/** The lines of a file and where each begins, in bytes, so that one can be read again later. */
function* readLines(file, from, chunkBytes = CHUNK_BYTES) {
  const descriptor = openSync(file, "r");
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let kept = Buffer.alloc(0);
    let start = from;
    let number = 0;
    for (;;) {
      const size = readSync(descriptor, chunk, 0, chunkBytes, start + kept.length);
      const bytes = Buffer.concat([kept, chunk.subarray(0, size)]);
      let begin = 0;
      for (;;) {
        const end = bytes.indexOf(LINE_FEED, begin);
        if (end === -1) break;
        number += 1;
        yield { value: parse(bytes.toString("utf8", begin, end), number), start: start + begin };
        begin = end + 1;
      }
      kept = bytes.subarray(begin);
      start += begin;
      if (size > 0) continue;
      if (kept.length > 0) yield { value: parse(kept.toString("utf8"), number + 1), start };
      return;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The one line that begins at a byte. */
function readLineAt(file, start) {
  for (const { value } of readLines(file, start, LINE_CHUNK_BYTES)) return value;
  throw new Error("the file became shorter while it was read");
}

function parse(text, number) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`line ${number} is no JSON`);
  }
  if (typeof value !== "object" || value === null) throw new Error(`line ${number} is no object`);
  return value;
}
