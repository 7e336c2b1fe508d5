import { AppError } from "@allfunds/contract/errors";
import type { FastifyRequest } from "fastify";

/** The most characters of a document: a hundred times more than clients need. */
const MOST_DOCUMENT_CHARACTERS = 256 * 1024;
/** The most brackets open at a time. Parsers are recursive, and deeper ones exhaust their stack. */
const MOST_OPEN_BRACKETS = 200;

const STRING = /"""(?:[^"\\]|\\"""|\\|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"/y;

/** Throws OPERATION_LIMIT_EXCEEDED when a document is too long or too deep to be parsed. */
export function refuseLargeDocument(source: string): void {
  if (source.length > MOST_DOCUMENT_CHARACTERS)
    throw tooLarge(`A document may have at most ${MOST_DOCUMENT_CHARACTERS} characters.`);
  if (opensMoreThan(MOST_OPEN_BRACKETS, source))
    throw tooLarge(`At most ${MOST_OPEN_BRACKETS} brackets may be open at a time.`);
}

/** Refuses a request over HTTP whose document is too large, before it is parsed; for `preHandler`. */
export async function refuseLargeRequest({ body, query }: FastifyRequest): Promise<void> {
  for (const sent of [body, query]) {
    const document: unknown = (sent as { query?: unknown } | null | undefined)?.query;
    if (typeof document === "string") refuseLargeDocument(document);
  }
}

const tooLarge = (message: string): AppError => new AppError("OPERATION_LIMIT_EXCEEDED", message);

/** Whether more brackets are open at a time, outside of strings and comments. */
function opensMoreThan(most: number, source: string): boolean {
  let open = 0;
  for (let index = 0; index < source.length; index += 1) {
    switch (source.charAt(index)) {
      case "{":
      case "[":
      case "(":
        if ((open += 1) > most) return true;
        break;
      case "}":
      case "]":
      case ")":
        open -= 1;
        break;
      case "#":
        index = endOfLine(source, index);
        break;
      case '"':
        STRING.lastIndex = index;
        // What is no string is refused by the parser.
        if (STRING.test(source)) index = STRING.lastIndex - 1;
        break;
      default:
    }
  }
  return false;
}

/** The index before the line's end; a document ends with its last comment. */
function endOfLine(source: string, from: number): number {
  let index = from;
  while (index < source.length && source[index] !== "\n" && source[index] !== "\r") index += 1;
  return index;
}
