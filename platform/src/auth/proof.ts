import { createHash, createHmac } from "node:crypto";
import { AppError } from "@allfunds/contract/errors";
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify, type JWK, type JWTPayload } from "jose";

/** Signatures of proofs that are accepted, all asymmetric. */
export const PROOF_ALGORITHMS: readonly string[] = ["ES256", "EdDSA", "Ed25519"];

/** How old a proof may be, and how far ahead its clock. */
const MAX_AGE_SECONDS = 60;
const MAX_AHEAD_SECONDS = 10;
const MAX_PROOF_LENGTH = 4_096;

/** Where a request arrived. */
export interface Arrival {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
}

/** Holds which proofs were used, so that each counts once. */
export interface UsedProofs {
  /** Whether this is the first use of the id within that time. */
  readonly use: (id: string, seconds: number) => Promise<boolean>;
}

/** The proofs of one process. Only holders of valid tokens add to it, and each entry lasts seconds. */
export class MemoryUsedProofs implements UsedProofs {
  readonly #untilMs = new Map<string, number>();
  readonly #now: () => number;

  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  use(id: string, seconds: number): Promise<boolean> {
    const nowMs = this.#now();
    // All last equally long, so the first that were added are the first to end.
    for (const [used, untilMs] of this.#untilMs) {
      if (untilMs > nowMs) break;
      this.#untilMs.delete(used);
    }
    const isFirst = !this.#untilMs.has(id);
    if (isFirst) this.#untilMs.set(id, nowMs + seconds * 1_000);
    return Promise.resolve(isFirst);
  }
}

type ProofError = "invalid_token" | "invalid_dpop_proof" | "use_dpop_nonce";

/** UNAUTHENTICATED for a token that is bound to a key, with what the challenge names (RFC 9449, section 7.1). */
export class ProofRefusal extends AppError {
  readonly error: ProofError;
  /** The nonce that the next proof must have. */
  readonly nonce: string | undefined;

  constructor(error: ProofError, message: string, detail?: string, nonce?: string) {
    super("UNAUTHENTICATED", message, detail === undefined ? {} : { detail });
    this.error = error;
    this.nonce = nonce;
  }
}

const invalidProof = (detail: string): ProofRefusal =>
  new ProofRefusal("invalid_dpop_proof", "The DPoP proof is not valid for this request.", detail);

export interface ProofOptions {
  /** The addresses by which clients reach the service: `https://api.example`. */
  readonly origins: readonly string[];
  readonly used?: UsedProofs | undefined;
  /** When set, proofs must have a nonce of this service; its replicas share the secret. */
  readonly nonceSecret?: string | undefined;
  readonly now?: () => number;
}

/** Verifies the proofs with which clients use tokens that are bound to their keys (DPoP, RFC 9449). */
export class ProofVerifier {
  readonly #origins: ReadonlySet<string>;
  readonly #used: UsedProofs;
  readonly #nonceSecret: string | undefined;
  readonly #now: () => number;

  constructor({ origins, used, nonceSecret, now = Date.now }: ProofOptions) {
    this.#origins = new Set(origins.flatMap(namesOfOrigin));
    this.#used = used ?? new MemoryUsedProofs();
    this.#nonceSecret = nonceSecret;
    this.#now = now;
  }

  /** Throws a ProofRefusal unless the proof is of the token's key, for this token and request, recent and unused. */
  async verify(
    proof: string,
    { token, keyThumbprint }: { readonly token: string; readonly keyThumbprint: string },
    arrival: Arrival,
  ): Promise<void> {
    const { payload, thumbprint } = await readProof(proof);
    if (thumbprint !== keyThumbprint) throw invalidProof("it is of another key");
    if (payload["ath"] !== sha256(token)) throw invalidProof("ath is of another token");
    this.#requireRequest(payload, arrival);
    this.#requireRecent(payload);
    this.#requireNonce(payload);
    const id = sha256(`${thumbprint} ${String(payload.jti)}`);
    if (await this.#used.use(id, MAX_AGE_SECONDS + MAX_AHEAD_SECONDS)) return;
    throw invalidProof("it was used before");
  }

  #requireRequest({ htm, htu }: JWTPayload, { method, path }: Arrival): void {
    if (htm !== method) throw invalidProof("htm is another method");
    const url = typeof htu === "string" ? URL.parse(htu.replace(/^ws/, "http")) : null;
    if (url === null || !this.#origins.has(url.origin) || url.pathname !== path) {
      throw invalidProof("htu is another address");
    }
  }

  #requireRecent({ iat = NaN }: JWTPayload): void {
    const ageSeconds = this.#now() / 1_000 - iat;
    // Not a number fails both.
    if (ageSeconds <= MAX_AGE_SECONDS && ageSeconds >= -MAX_AHEAD_SECONDS) return;
    throw invalidProof("iat is not recent");
  }

  #requireNonce({ nonce }: JWTPayload): void {
    if (this.#nonceSecret === undefined) return;
    const step = Math.floor(this.#now() / NONCE_MS);
    if (nonce === this.#nonceOf(step) || nonce === this.#nonceOf(step - 1)) return;
    throw new ProofRefusal(
      "use_dpop_nonce",
      "Make the DPoP proof with the nonce of the header DPoP-Nonce.",
      undefined,
      this.#nonceOf(step),
    );
  }

  #nonceOf(step: number): string {
    return createHmac("sha256", this.#nonceSecret ?? "")
      .update(String(step))
      .digest("base64url");
  }
}

/** A nonce counts in the time of its step and in the next one. */
const NONCE_MS = 120_000;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64url");

async function readProof(
  proof: string,
): Promise<{ readonly payload: JWTPayload; readonly thumbprint: string }> {
  if (proof.length > MAX_PROOF_LENGTH) throw invalidProof("it is too long");
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      algorithms: [...PROOF_ALGORITHMS],
      typ: "dpop+jwt",
      requiredClaims: ["jti", "htm", "htu", "iat", "ath"],
      // Its age is judged with the service's own limits.
      clockTolerance: MAX_AHEAD_SECONDS,
    });
    const thumbprint = await calculateJwkThumbprint(protectedHeader.jwk as JWK);
    return { payload, thumbprint };
  } catch (error) {
    throw invalidProof(error instanceof Error ? error.message : String(error));
  }
}

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** The origin of an address; all names of this machine when it is on this machine. */
function namesOfOrigin(address: string): string[] {
  const { protocol, hostname, port, origin } = new URL(address);
  if (!LOOPBACK.includes(hostname)) return [origin];
  return LOOPBACK.map((name) => new URL(`${protocol}//${name}:${port}`).origin);
}
