import type { Caller } from "@allfunds/contract/caller";
import { refuseRevoked } from "./revocations.ts";
import type { TokenVerifier } from "./token-verifier.ts";

interface CachedCaller {
  readonly caller: Caller;
  readonly untilMs: number;
}

const LONGEST_MS = 60_000;
const MOST_TOKENS = 2_000;

/**
 * Caches the callers of valid tokens for a minute at most, and never past a token's expiry, because a
 * client sends the same token with every request. Refusals are not cached.
 */
export function cacheVerified(verifier: TokenVerifier, now = Date.now): TokenVerifier {
  const cached = new Map<string, CachedCaller>();

  const verify = async (token: string): Promise<Caller> => {
    const found = cached.get(token);
    if (found !== undefined && found.untilMs > now()) {
      refuseRevoked(found.caller);
      return found.caller;
    }
    cached.delete(token);
    const caller = await verifier.verify(token);
    refuseRevoked(caller);
    const untilMs = Math.min(caller.expiresAt.getTime(), now() + LONGEST_MS);
    if (untilMs > now()) cached.set(token, { caller, untilMs });
    // A map iterates in order of insertion, so its first entry is the oldest.
    if (cached.size > MOST_TOKENS) cached.delete(cached.keys().next().value ?? "");
    return caller;
  };
  return { verify, ready: verifier.ready };
}
