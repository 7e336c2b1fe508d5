import { UnsecuredJWT } from "jose";
import { Pool } from "pg";
import { SessionStore } from "../src/lib/server/session/session-store.ts";
import { Vault } from "../src/lib/server/session/vault.ts";

const HOUR_MS = 3_600_000;
const SCOPES = ["ledger:read", "ledger:write", "metrics:read", "analytics:read"];

/** A token of the stand-in's world: unsigned, because it is read there and verified nowhere. */
export const unsignedToken = (): string =>
  new UnsecuredJWT({ scope: SCOPES.join(" ") }).setSubject("anna").setExpirationTime("1h").encode();

/** Begins a session as the web server would after a sign-in, and answers its cookie's value. */
export async function seedSession(databaseUrl: string, secret: string): Promise<string> {
  const pool = new Pool({ connectionString: databaseUrl, max: 1 });
  try {
    return await new SessionStore(pool, new Vault(secret)).begin({
      subject: "anna",
      issuerSession: "seeded",
      name: "Anna Accountant",
      email: "anna@test.example",
      roles: ["accountant"],
      scopes: SCOPES,
      acr: "pwd",
      accessToken: unsignedToken(),
      accessEndsAt: Date.now() + HOUR_MS,
      refreshToken: undefined,
      idToken: "none",
    });
  } finally {
    await pool.end();
  }
}
