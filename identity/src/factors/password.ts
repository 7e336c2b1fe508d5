import type { Pool } from "@allfunds/platform/database";
import { invalidInput } from "@allfunds/contract/errors";
import { hash, verify } from "@node-rs/argon2";
import { normaliseEmail } from "../users/user.ts";
import { isKnownPassword } from "./known-passwords.ts";

// Argon2id is the library's default; memory in KiB and passes as OWASP recommends.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const SHORTEST = 12;
const LONGEST_BYTES = 256;

export const hashPassword = (password: string): Promise<string> => hash(password, COST);

let decoy: Promise<string> | undefined;

/**
 * The id of the active user with this address and password, or undefined. An unknown address takes as
 * long as a wrong password, so that the delay does not reveal whether the account exists.
 */
export async function checkPassword(
  pool: Pool,
  email: string,
  password: string,
): Promise<string | undefined> {
  const { rows } = await pool.query<{ user_id: string; password_hash: string | null }>(
    "SELECT user_id, password_hash FROM app_user WHERE email = $1 AND status = 'ACTIVE'",
    [normaliseEmail(email)],
  );
  decoy ??= hashPassword("there is no such account");
  const stored = rows[0]?.password_hash ?? undefined;
  if (Buffer.byteLength(password) > LONGEST_BYTES) return undefined;
  const matches = await verify(stored ?? (await decoy), password);
  return matches && stored !== undefined ? rows[0]?.user_id : undefined;
}

const monotone = (text: string): boolean => new Set(text).size < 4;

/** Throws INVALID_INPUT when a new password is too easy to guess. Length counts, not the kinds of characters. */
export async function refuseWeakPassword(password: string, email: string): Promise<void> {
  if (password.length < SHORTEST) {
    throw invalidInput("password", `must have at least ${SHORTEST} characters`);
  }
  if (Buffer.byteLength(password) > LONGEST_BYTES) {
    throw invalidInput("password", `must have at most ${LONGEST_BYTES} bytes`);
  }
  const lower = password.toLowerCase();
  const name = email.split("@")[0] ?? email;
  if (monotone(lower) || (name.length > 3 && lower.includes(name))) {
    throw invalidInput("password", "is too easy to guess; use several unrelated words");
  }
  if (await isKnownPassword(password)) {
    throw invalidInput("password", "is known from breaches; use several unrelated words");
  }
}

export async function setPassword(
  pool: Pick<Pool, "query">,
  userId: string,
  password: string,
): Promise<void> {
  await pool.query("UPDATE app_user SET password_hash = $2 WHERE user_id = $1", [
    userId,
    await hashPassword(password),
  ]);
}
