import { createHash, randomUUID } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";

/** A client's key, with which tests make proofs as DPoP has them (RFC 9449). */
export interface TestKey {
  /** The claim of a token that is bound to the key. */
  readonly cnf: { readonly jkt: string };
  /** A proof for a token, and for a request with this method at this address. */
  readonly proofFor: (token: string, method: string, url: string) => Promise<string>;
}

export async function createTestKey(): Promise<TestKey> {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(publicKey);
  return {
    cnf: { jkt: await calculateJwkThumbprint(jwk) },
    proofFor: (token, htm, htu) =>
      new SignJWT({
        jti: randomUUID(),
        htm,
        htu,
        ath: createHash("sha256").update(token).digest("base64url"),
      })
        .setIssuedAt()
        .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk })
        .sign(privateKey),
  };
}
