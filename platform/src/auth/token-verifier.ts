import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from "jose";
import { AppError } from "@allfunds/contract/errors";
import type { Caller } from "@allfunds/contract/caller";
import { IssuerKeys, type IssuerKeysOptions } from "./issuer-keys.ts";
import { watchRevocation, type Revocations } from "./revocations.ts";
import { callerFromClaims, OWN_CLAIMS, type ClaimMapping } from "@allfunds/contract/claims";

export interface TokenVerifierOptions extends IssuerKeysOptions {
  /** The only issuer whose tokens are accepted. */
  readonly issuer: string;
  /** The audience that a token must have: the graph's resource indicator. */
  readonly audience: string;
  /** For an external issuer: the names of its claims. */
  readonly claims?: ClaimMapping;
  /** Accepted signature algorithms, all asymmetric. */
  readonly algorithms?: readonly string[];
  /** The header's `typ`; `undefined` for an issuer that does not mark its access tokens. */
  readonly typ?: string | undefined;
  /** The tokens that the issuer has ended before their time. */
  readonly revocations?: Revocations | undefined;
}

export interface TokenVerifier {
  /** The token's caller. Throws UNAUTHENTICATED, or UPSTREAM_UNAVAILABLE when the key cannot be read. */
  readonly verify: (token: string) => Promise<Caller>;
  /** Rejects while there are no keys to verify with. */
  readonly ready: () => Promise<void>;
}

// Most tokens are below 3 kB, and one with hundreds of grants is below this; longer ones are not parsed.
const MAX_TOKEN_LENGTH = 32_768;
const CLOCK_TOLERANCE_SECONDS = 5;

/** Verifies JWT access tokens (RFC 9068) of one issuer for one audience. */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const keys = new IssuerKeys(options);
  const algorithms = [...(options.algorithms ?? ["ES256"])];
  const typ = "typ" in options ? options.typ : "at+jwt";
  const mapping = options.claims ?? OWN_CLAIMS;

  const verify = async (token: string): Promise<Caller> => {
    refuseAtSight(token, options.issuer, algorithms);
    try {
      const { payload } = await jwtVerify(token, keys.get, {
        issuer: options.issuer,
        audience: options.audience,
        algorithms,
        ...(typ === undefined ? {} : { typ }),
        requiredClaims: ["sub", "exp", "iat"],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      const caller = callerFromClaims(payload, mapping);
      const { revocations } = options;
      return revocations === undefined ? caller : watchRevocation(caller, payload, revocations);
    } catch (error) {
      throw refusalOf(error);
    }
  };
  return { verify, ready: () => keys.ready() };
}

/** Refuses what no key makes valid before the keys are needed, so it stays a 401 in an outage. */
function refuseAtSight(token: string, issuer: string, algorithms: readonly string[]): void {
  if (token.length > MAX_TOKEN_LENGTH) throw unauthenticated("the token is too long");
  let foreign: boolean;
  try {
    const { alg } = decodeProtectedHeader(token);
    foreign = alg === undefined || !algorithms.includes(alg) || decodeJwt(token).iss !== issuer;
  } catch (error) {
    throw unauthenticated("the token cannot be decoded", error);
  }
  if (foreign) throw unauthenticated("the token has another issuer or algorithm");
}

function refusalOf(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof errors.JWTExpired) {
    return new AppError("UNAUTHENTICATED", "The access token has expired.", { cause: error });
  }
  const detail = error instanceof Error ? error.message : String(error);
  return unauthenticated(detail, error);
}

/** One public sentence for every fault: only the log records which check failed. */
const unauthenticated = (detail: string, cause?: unknown): AppError =>
  new AppError("UNAUTHENTICATED", "The access token is not valid.", { detail, cause });
