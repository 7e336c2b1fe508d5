import { createHash, randomInt } from "node:crypto";
import { withTransaction, type Pool } from "@allfunds/platform/database";

const CODES = 10;
// No characters that look like digits, or like each other.
const ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz";
const GROUPS = 4;
const GROUP_LENGTH = 4;

/** Four groups of four: 79 random bits, so a plain hash is as good as a slow one. */
const newCode = (): string => Array.from({ length: GROUPS }, newGroup).join("-");

const newGroup = (): string =>
  Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");

const hashOf = (userId: string, code: string): Buffer =>
  createHash("sha256")
    .update(`${userId}:${code.toLowerCase().replaceAll(/[^a-z0-9]/g, "")}`)
    .digest();

/** Makes ten new codes and voids the earlier ones. They are shown once: only hashes are stored. */
export async function makeRecoveryCodes(pool: Pool, userId: string): Promise<string[]> {
  const codes = Array.from({ length: CODES }, newCode);
  await withTransaction(pool, undefined, async (client) => {
    await client.query("DELETE FROM recovery_code WHERE user_id = $1", [userId]);
    await client.query(
      "INSERT INTO recovery_code (user_id, code_hash) SELECT $1, unnest($2::bytea[])",
      [userId, codes.map((code) => hashOf(userId, code))],
    );
  });
  return codes;
}

/** True once per code. */
export async function useRecoveryCode(pool: Pool, userId: string, code: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `UPDATE recovery_code SET used_at = now()
     WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL`,
    [userId, hashOf(userId, code)],
  );
  return rowCount === 1;
}

export async function countRecoveryCodes(pool: Pool, userId: string): Promise<number> {
  const { rows } = await pool.query<{ left: number }>(
    `SELECT count(*)::int AS left FROM recovery_code WHERE user_id = $1 AND used_at IS NULL`,
    [userId],
  );
  return rows[0]?.left ?? 0;
}
