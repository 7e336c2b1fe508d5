import { setTimeout } from "node:timers/promises";
import { EVERY_TENANT } from "@allfunds/platform/auth";
import { authenticate, revocationKeys, type TokenVerifier } from "@allfunds/platform/auth/tokens";
import { AppError } from "@allfunds/contract/errors";
import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import type { FastifyInstance } from "fastify";
import { decodeJwt } from "jose";

/** Where services read which tokens have ended; in the discovery document as `revocations_endpoint`. */
export const REVOCATIONS_PATH = "/revocations";

/** Longer than any access token lives, with what clocks may differ. */
const KEPT_SECONDS = 600;

/**
 * Ends every access token with one of these keys that was issued until now: `sub:<user or client>`, `owner:<user
 * behind an API client>`, `grant:<grant>`, `client:<application>`, `act:<user> <application>` or `jti:<token>`.
 */
export async function recordRevocations(
  database: Pool | DatabaseClient,
  keys: readonly string[],
): Promise<void> {
  await database.query(
    `INSERT INTO revocation (key, before, expires_at)
     SELECT DISTINCT key, now(), now() + make_interval(secs => $2) FROM unnest($1::text[]) key
     ON CONFLICT (key) DO UPDATE SET before = excluded.before, expires_at = excluded.expires_at`,
    [keys, KEPT_SECONDS],
  );
}

/**
 * Tokens name the second of their issue, and those of the second of a revocation have ended. Who waits for the next one
 * before the answer has a client that gets a token at once get one that counts.
 */
export const nextSecond = (): Promise<void> => setTimeout(1_050 - (Date.now() % 1_000));

/** Whether a token with these keys has ended. */
export async function isRevoked(
  pool: Pool,
  keys: readonly string[],
  issuedAtSeconds: number,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    "SELECT FROM revocation WHERE key = ANY ($1) AND before >= to_timestamp($2) LIMIT 1",
    [keys, issuedAtSeconds],
  );
  return (rowCount ?? 0) > 0;
}

/** The verifier of this service itself, which reads at once what has ended a token. */
export const refusingRevoked = ({ verify, ready }: TokenVerifier, pool: Pool): TokenVerifier => ({
  ready,
  verify: async (token) => {
    const caller = await verify(token);
    const claims = decodeJwt(token);
    if (await isRevoked(pool, revocationKeys(claims), claims.iat ?? 0)) {
      throw new AppError("UNAUTHENTICATED", "The access token was revoked.");
    }
    return caller;
  },
});

/** `GET /revocations`: for the system's own services, what ended access tokens that have not expired yet. */
export function serveRevocations(
  app: FastifyInstance,
  { pool, verifier }: { readonly pool: Pool; readonly verifier: TokenVerifier },
): void {
  app.get(REVOCATIONS_PATH, async (request, reply) => {
    const { caller } = await authenticate({ verifier }, request.headers);
    if (caller.kind !== "client" || caller.tenantId !== EVERY_TENANT) {
      throw new AppError("FORBIDDEN", "Only the system's own services read the revocations.");
    }
    const { rows } = await pool.query<{ key: string; before: number }>(
      `SELECT key, extract(epoch FROM before)::float8 AS before FROM revocation
       WHERE expires_at > now()`,
    );
    return reply.header("cache-control", "no-store").send({ revocations: rows });
  });
}
