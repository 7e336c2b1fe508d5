import type { Pool } from "@allfunds/platform/database";
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import type { TenantOrm } from "@allfunds/platform/tenancy";
import type { User } from "../users/user.ts";
import type { PasskeyEntity } from "./passkey-entity.ts";

// A large library: the first sign-in loads it, not every start.
const webauthn = () => import("@simplewebauthn/server");

/** The site passkeys belong to, as browsers see it. */
export interface PasskeySite {
  /** Host name; an IP address is not possible. */
  readonly rpId: string;
  readonly origin: string;
}

export const passkeySite = (issuer: string): PasskeySite => {
  const { hostname, origin } = new URL(issuer);
  return { rpId: hostname, origin };
};

// EdDSA, ES256 and RS256 by their COSE numbers: what authenticators in use support.
const ALGORITHMS = [-8, -7, -257];

type Transport = NonNullable<AuthenticationTransports>[number];
type AuthenticationTransports = RegistrationResponseJSON["response"]["transports"];

export interface Passkey {
  readonly credentialId: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly lastUsedAt?: Date | null | undefined;
}

type PasskeyOrm = TenantOrm<{ readonly PasskeyEntity: typeof PasskeyEntity }>;

/** The user's passkeys, oldest first. */
export const listPasskeys = (
  orm: PasskeyOrm,
  { tenantId, userId }: Pick<User, "tenantId" | "userId">,
): Promise<Passkey[]> =>
  orm.as(tenantId, (em, { PasskeyEntity: entity }) =>
    em.find(entity, { userId }, { orderBy: { createdAt: "asc" } }),
  );

/** The options with which a browser makes a new passkey; the user's existing ones are excluded. */
export async function passkeyRegistration(
  orm: PasskeyOrm,
  site: PasskeySite,
  user: User,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await webauthn();
  return generateRegistrationOptions({
    rpName: "AllFunds",
    rpID: site.rpId,
    userID: new Uint8Array(Buffer.from(user.userId)),
    userName: user.email,
    userDisplayName: user.name,
    excludeCredentials: (await listPasskeys(orm, user)).map(({ credentialId }) => ({
      id: credentialId,
    })),
    supportedAlgorithmIDs: ALGORITHMS,
    // A passkey alone is both factors: it must be found without an address and verify its user.
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
}

/** Stores the new passkey. False when the response does not match the challenge or the site. */
export async function addPasskey(
  pool: Pool,
  site: PasskeySite,
  userId: string,
  made: { readonly challenge: string; readonly response: unknown; readonly name: string },
): Promise<boolean> {
  const { verifyRegistrationResponse } = await webauthn();
  const verified = await verifyRegistrationResponse({
    response: made.response as RegistrationResponseJSON,
    expectedChallenge: made.challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.rpId,
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch(() => undefined);
  if (verified?.verified !== true) return false;
  const { credential } = verified.registrationInfo;
  const { rowCount } = await pool.query(
    `INSERT INTO passkey (credential_id, user_id, public_key, counter, transports, name)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [
      credential.id,
      userId,
      Buffer.from(credential.publicKey),
      credential.counter,
      credential.transports ?? [],
      made.name.trim().slice(0, 60) || "Passkey",
    ],
  );
  return rowCount === 1;
}

/** The options with which a browser signs with any passkey of this site. */
export async function passkeyChallenge(
  site: PasskeySite,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await webauthn();
  return generateAuthenticationOptions({ rpID: site.rpId, userVerification: "required" });
}

interface Stored {
  credential_id: string;
  user_id: string;
  public_key: Buffer;
  counter: string;
  transports: Transport[];
}

/** The active user who signed the challenge with a passkey of theirs, or undefined. */
export async function checkPasskey(
  pool: Pool,
  site: PasskeySite,
  challenge: string,
  response: unknown,
): Promise<string | undefined> {
  const { id } = (response ?? {}) as { id?: unknown };
  const { rows } = await pool.query<Stored>(
    `SELECT p.* FROM passkey p JOIN app_user u USING (user_id)
     WHERE p.credential_id = $1 AND u.status = 'ACTIVE'`,
    [typeof id === "string" ? id : ""],
  );
  const [stored] = rows;
  if (stored === undefined) return undefined;
  const { verifyAuthenticationResponse } = await webauthn();
  const verified = await verifyAuthenticationResponse({
    response: response as AuthenticationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.rpId,
    requireUserVerification: true,
    credential: {
      id: stored.credential_id,
      publicKey: new Uint8Array(stored.public_key),
      counter: Number(stored.counter),
      transports: stored.transports,
    },
  }).catch(() => undefined);
  if (verified?.verified !== true) return undefined;
  // Conditional, so that of two signatures with one count only one is accepted. Many authenticators do not count.
  const { rowCount } = await pool.query(
    `UPDATE passkey SET counter = $2, last_used_at = now()
     WHERE credential_id = $1 AND (counter < $2 OR (counter = 0 AND $2 = 0))`,
    [stored.credential_id, verified.authenticationInfo.newCounter],
  );
  return rowCount === 1 ? stored.user_id : undefined;
}

/** True when the user had this passkey. */
export async function removePasskey(
  pool: Pool,
  userId: string,
  credentialId: string,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    "DELETE FROM passkey WHERE user_id = $1 AND credential_id = $2",
    [userId, credentialId],
  );
  return rowCount === 1;
}
