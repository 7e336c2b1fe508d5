import type { Pool } from "@allfunds/platform/database";
import { invalidInput } from "@allfunds/contract/errors";
import { hash, verify } from "@node-rs/argon2";
import { normaliseEmail, type User } from "../users/user.ts";
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

/** Whose password it is to be: what others who guess know of them. */
interface PasswordOwner {
  readonly email: string;
  /** The name of the tenant. */
  readonly tenant: string;
}

/** Words of the product, and those of the tenant's name, which guesses begin with. */
const wordsOf = (tenant: string): string[] => [
  "allfunds",
  ...(tenant.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? []),
];

/** Whether too little is left of a password without the words around it. */
const consistsOf = (lower: string, words: readonly string[]): boolean =>
  words.reduce((rest, word) => rest.replaceAll(word, ""), lower).length < SHORTEST &&
  words.some((word) => lower.includes(word));

/** Throws INVALID_INPUT when a new password is too easy to guess. Length counts, not the kinds of characters. */
export async function refuseWeakPassword(
  password: string,
  { email, tenant }: PasswordOwner,
): Promise<void> {
  if (password.length < SHORTEST) {
    throw invalidInput("password", `must have at least ${SHORTEST} characters`);
  }
  if (Buffer.byteLength(password) > LONGEST_BYTES) {
    throw invalidInput("password", `must have at most ${LONGEST_BYTES} bytes`);
  }
  const lower = password.toLowerCase();
  const name = email.split("@")[0] ?? email;
  const named = name.length > 3 && lower.includes(name);
  if (monotone(lower) || named || consistsOf(lower, wordsOf(tenant))) {
    throw invalidInput("password", "is too easy to guess; use several unrelated words");
  }
  if (await isKnownPassword(password)) {
    throw invalidInput("password", "is known from breaches; use several unrelated words");
  }
}

/** Throws INVALID_INPUT when the password is too easy to guess as that of this user. */
export async function checkNewPassword(
  pool: Pool,
  { tenantId, email }: Pick<User, "tenantId" | "email">,
  password: string,
): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    "SELECT name FROM tenant WHERE tenant_id = $1",
    [tenantId],
  );
  await refuseWeakPassword(password, { email, tenant: rows[0]?.name ?? "" });
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
