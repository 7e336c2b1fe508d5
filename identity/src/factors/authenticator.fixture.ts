import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";
import type { Pool } from "@allfunds/platform/database";
import { isoCBOR } from "@simplewebauthn/server/helpers";

const sha256 = (data: string | Buffer): Buffer => createHash("sha256").update(data).digest();

/** What a browser and its authenticator say of a signature; each part may be wrong. */
export interface Assertion {
  readonly challenge: string;
  readonly origin: string;
  readonly rpId: string;
  readonly counter?: number;
  readonly userVerified?: boolean;
  readonly userPresent?: boolean;
  readonly type?: string;
  readonly key?: KeyObject;
  readonly credentialId?: string;
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64url"));

/** A passkey without an authenticator: its signatures are made here, right or wrong. */
export class SoftwarePasskey {
  readonly credentialId = randomBytes(32).toString("base64url");
  readonly #keys = generateKeyPairSync("ec", { namedCurve: "P-256" });

  /** Stores it as the user's, as the registration of a browser does. */
  async store(pool: Pool, userId: string, counter = 0): Promise<void> {
    const { x = "", y = "" } = this.#keys.publicKey.export({ format: "jwk" });
    // A COSE key of RFC 9053: an elliptic curve, ES256, P-256 and its point.
    const cose = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, bytes(x)],
      [-3, bytes(y)],
    ]);
    await pool.query(
      `INSERT INTO passkey (credential_id, user_id, public_key, counter, transports, name)
       VALUES ($1, $2, $3, $4, '{internal}', 'Test')`,
      [this.credentialId, userId, Buffer.from(isoCBOR.encode(cose)), counter],
    );
  }

  sign({
    challenge,
    origin,
    rpId,
    counter = 0,
    type = "webauthn.get",
    ...more
  }: Assertion): string {
    const { userVerified = true, userPresent = true, credentialId = this.credentialId } = more;
    const flags = (userPresent ? 1 : 0) | (userVerified ? 4 : 0);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const authenticatorData = Buffer.concat([sha256(rpId), Buffer.from([flags]), count]);
    const client = Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
    const signature = sign(
      "sha256",
      Buffer.concat([authenticatorData, sha256(client)]),
      more.key ?? this.#keys.privateKey,
    );
    return JSON.stringify({
      id: credentialId,
      rawId: credentialId,
      type: "public-key",
      clientExtensionResults: {},
      response: {
        authenticatorData: authenticatorData.toString("base64url"),
        clientDataJSON: client.toString("base64url"),
        signature: signature.toString("base64url"),
      },
    });
  }
}
