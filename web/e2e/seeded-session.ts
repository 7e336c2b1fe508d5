import { UnsecuredJWT } from "jose";
import { Pool } from "pg";
import { SessionStore } from "../src/lib/server/session/session-store.ts";
import { Encryption } from "../src/lib/server/session/encryption.ts";

const HOUR_MS = 3_600_000;
/** What an accountant may do. */
export const SCOPES = [
  "ledger:read",
  "ledger:write",
  "metrics:read",
  "analytics:read",
  "analytics:run",
  "analytics:write",
];

/** A token for the fake gateway, which reads tokens and verifies no signature. */
export const unsignedToken = (scopes: readonly string[] = SCOPES, subject = "anna"): string =>
  new UnsecuredJWT({ scope: scopes.join(" ") })
    .setSubject(subject)
    .setExpirationTime("1h")
    .encode();

/** Begins a session as the web server does after a sign-in, and returns the value of its cookie. */
export async function seedSession(
  databaseUrl: string,
  secret: string,
  scopes: readonly string[] = SCOPES,
  subject = "anna",
  name = "Anna Accountant",
): Promise<string> {
  const pool = new Pool({ connectionString: databaseUrl, max: 1 });
  try {
    return await new SessionStore(pool, new Encryption(secret)).begin({
      subject,
      issuerSession: "seeded",
      name,
      email: "anna@test.example",
      roles: ["accountant"],
      scopes: [...scopes],
      acr: "pwd",
      accessToken: unsignedToken([...SCOPES, ...scopes], subject),
      accessEndsAt: Date.now() + HOUR_MS,
      refreshToken: undefined,
      idToken: "none",
    });
  } finally {
    await pool.end();
  }
}
