import { createHash, randomBytes } from "node:crypto";
import type { DatabaseClient, Pool } from "@allfunds/platform/database";

type LinkPurpose = "INVITATION" | "PASSWORD_RESET";

const LIFETIME: Readonly<Record<LinkPurpose, string>> = {
  INVITATION: "7 days",
  PASSWORD_RESET: "30 minutes",
};

const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest();

/** Makes the token of a link that works once; earlier links of the same purpose stop working. */
export async function makeLink(
  database: Pool | DatabaseClient,
  userId: string,
  purpose: LinkPurpose,
): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  await database.query(
    `WITH voided AS (
       UPDATE mail_link SET used_at = now() WHERE user_id = $2 AND purpose = $3 AND used_at IS NULL
     )
     INSERT INTO mail_link (token_hash, user_id, purpose, expires_at)
     VALUES ($1, $2, $3, now() + $4::interval)`,
    [hashOf(token), userId, purpose, LIFETIME[purpose]],
  );
  return token;
}

/** The page on which the user of a link chooses a password. */
export const passwordUrl = (issuer: string, token: string): string =>
  `${issuer}/password/new/${token}`;

interface OpenLink {
  readonly userId: string;
  readonly purpose: LinkPurpose;
}

const OPEN = `token_hash = $1 AND used_at IS NULL AND expires_at > now()`;

/** The user and purpose of a link, while it works. */
export async function findLink(pool: Pool, token: string): Promise<OpenLink | undefined> {
  const { rows } = await pool.query<OpenLink>(
    `SELECT user_id AS "userId", purpose FROM mail_link WHERE ${OPEN}`,
    [hashOf(token)],
  );
  return rows[0];
}

/** Uses the link up; undefined when it no longer works. */
export async function takeLink(
  client: DatabaseClient,
  token: string,
): Promise<OpenLink | undefined> {
  const { rows } = await client.query<OpenLink>(
    `UPDATE mail_link SET used_at = now() WHERE ${OPEN} RETURNING user_id AS "userId", purpose`,
    [hashOf(token)],
  );
  return rows[0];
}
