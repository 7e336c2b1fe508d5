import type { RequestContext } from "@allfunds/platform/context";

/** Where a command came from; what is not known is absent. */
export interface Origin {
  /** The OAuth client that held the token. */
  readonly clientId: string | undefined;
  /** How strongly the user had signed in. */
  readonly acr: string | undefined;
  /** The factors, as RFC 8176 names them. */
  readonly factors: readonly string[];
  readonly address: string | undefined;
  readonly traceId: string | undefined;
}

const UNKNOWN = "-";

/**
 * The origin as events keep it: client, acr, factors, address and trace in one short text, parted by
 * spaces. Undefined where callers are not authenticated.
 */
export function originOf({
  caller,
  clientAddress,
  traceId,
}: Pick<RequestContext, "caller" | "clientAddress" | "traceId">): string | undefined {
  if (caller === undefined) return undefined;
  const { clientId, acr, amr } = caller;
  return [clientId, acr, amr.join(","), clientAddress, traceId].map(wordOf).join(" ");
}

const wordOf = (text: string | undefined): string =>
  text === undefined || text === "" || text === UNKNOWN
    ? UNKNOWN
    : text.slice(0, 200).replaceAll(/[^\x21-\x24\x26-\x7e]/gu, encodeOne);

const encodeOne = (character: string): string => encodeURIComponent(character.toWellFormed());

/** The origin out of its text; of events before there was one nothing is known. */
export function parseOrigin(text: string | null): Origin {
  const [clientId, acr, factors, address, traceId] = (text ?? "").split(" ").map(knownOf);
  return { clientId, acr, factors: factors?.split(",") ?? [], address, traceId };
}

const knownOf = (word: string): string | undefined =>
  word === UNKNOWN || word === "" ? undefined : decode(word);

function decode(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}
