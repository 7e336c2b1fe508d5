import type { Caller } from "../caller.ts";
import type { TokenVerifier } from "./token-verifier.ts";

interface Remembered {
  readonly caller: Caller;
  readonly untilMs: number;
}

const LONGEST_MS = 60_000;
const MOST_TOKENS = 2_000;

/**
 * Remembers tokens that were found good, by their text, for a minute at most and never past their
 * end: a client sends the same one with every request. Refusals are not remembered.
 */
export function rememberVerified(verifier: TokenVerifier, now = Date.now): TokenVerifier {
  const known = new Map<string, Remembered>();

  const verify = async (token: string): Promise<Caller> => {
    const found = known.get(token);
    if (found !== undefined && found.untilMs > now()) return found.caller;
    known.delete(token);
    const caller = await verifier.verify(token);
    const untilMs = Math.min(caller.expiresAt.getTime(), now() + LONGEST_MS);
    if (untilMs > now()) known.set(token, { caller, untilMs });
    // A map keeps the order of insertion, so its first entry is the oldest.
    if (known.size > MOST_TOKENS) known.delete(known.keys().next().value ?? "");
    return caller;
  };
  return { verify, ready: verifier.ready };
}
