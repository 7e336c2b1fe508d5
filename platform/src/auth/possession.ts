import { AppError } from "@allfunds/contract/errors";
import { TOKEN_FORWARD } from "@allfunds/contract/scopes";
import { EVERY_TENANT, type Caller } from "@allfunds/contract/caller";
import type { HeaderValues, RequestContext } from "../context.ts";
import type { ClientCredentials } from "./client-credentials.ts";
import { ProofRefusal, type Arrival, type ProofVerifier } from "./proof.ts";
import type { TokenVerifier } from "./token-verifier.ts";

/** The header with which a service of the system forwards a token that is bound to its caller's key. */
export const FORWARDED_BY_HEADER = "allfunds-forwarded-by";

/**
 * How a request came: where it arrived; or `proven`, over a connection or with a ticket that was opened with a proof.
 * Absent within the system, where requests are forwarded.
 */
export type Coming = Arrival | "proven" | undefined;

export interface PossessionRules {
  readonly verifier: Pick<TokenVerifier, "verify">;
  /** Absent in a service that clients do not reach themselves. */
  readonly proofs?: ProofVerifier | undefined;
  /** The service's own token to forward with; absent in a service without a client. */
  readonly forwarder?: Pick<ClientCredentials, "token"> | undefined;
}

/** A token as its header names it. */
export interface SentToken {
  readonly scheme: "Bearer" | "DPoP";
  readonly token: string;
}

/**
 * Refuses a token that is bound to a key (RFC 9449) unless its client has shown that it holds the key, here or to the
 * service that forwards the request; and a proof for a token that is not bound.
 */
export async function requirePossession(
  caller: Caller,
  { scheme, token }: SentToken,
  headers: HeaderValues,
  coming: Coming,
  { verifier, proofs }: PossessionRules,
): Promise<void> {
  const { keyThumbprint } = caller;
  if (keyThumbprint === undefined) {
    if (scheme === "Bearer") return;
    throw new ProofRefusal("invalid_token", "The token is bound to no key: send it as Bearer.");
  }
  if (coming === "proven") return;
  const forwardedBy = headers[FORWARDED_BY_HEADER];
  if (typeof forwardedBy === "string") return requireForwarder(forwardedBy, verifier);
  if (scheme === "Bearer") {
    throw new ProofRefusal(
      "invalid_token",
      "The token is bound to a key: send Authorization: DPoP <token> and a DPoP proof.",
    );
  }
  if (proofs === undefined || coming === undefined) {
    throw new ProofRefusal("invalid_token", "Tokens that are bound to a key are used at the edge.");
  }
  const proof = headers["dpop"];
  if (typeof proof !== "string") {
    throw new ProofRefusal("invalid_dpop_proof", "Send a DPoP proof with this token.");
  }
  await proofs.verify(proof, { token, keyThumbprint }, coming);
}

async function requireForwarder(
  forwardedBy: string,
  verifier: Pick<TokenVerifier, "verify">,
): Promise<void> {
  const { tenantId, kind, scopes } = await verifier.verify(forwardedBy);
  const isService = kind === "client" && tenantId === EVERY_TENANT;
  if (isService && scopes.includes(TOKEN_FORWARD)) return;
  throw new AppError("UNAUTHENTICATED", "The access token is not valid.", {
    detail: `${FORWARDED_BY_HEADER} is no token of a service that forwards`,
  });
}

/** Beside the caller, so that no log line or answer can show a token. */
const forwarders = new WeakMap<Caller, string>();

/** Gets what lets this service forward the caller's token, when it is bound. */
export async function prepareForwarding(
  caller: Caller,
  { forwarder }: PossessionRules,
): Promise<void> {
  if (caller.keyThumbprint === undefined || forwarder === undefined) return;
  forwarders.set(caller, await forwarder.token());
}

/** The header that goes with the caller's bound token to other services of the system; none for other tokens. */
export function forwardingHeaders({
  caller,
}: Pick<RequestContext, "caller">): Readonly<Record<string, string>> {
  const token = caller === undefined ? undefined : forwarders.get(caller);
  return token === undefined ? {} : { [FORWARDED_BY_HEADER]: token };
}
