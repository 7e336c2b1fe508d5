import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type { Pool } from "@allfunds/platform/database";
import { errors, type Adapter, type AdapterPayload } from "oidc-provider";
import { recordRevocations } from "../revocations/revocation.ts";

/**
 * How long a used refresh token is treated as a late duplicate of the request that used it. A
 * duplicate is refused and nothing more; later on, a second use means that the token was stolen and
 * ends the whole family.
 */
const DUPLICATE_SECONDS = 5;

interface Row {
  payload: AdapterPayload;
  consumed_seconds: number | null;
  consumed_ago: number | null;
}

const hashOf = (id: string): Buffer => createHash("sha256").update(id).digest();

const hashOrNull = (id: unknown): Buffer | null => (typeof id === "string" ? hashOf(id) : null);

/** Stores one kind of protocol record. Ids are credentials, so only their hashes are stored. */
export class ProtocolStore implements Adapter {
  readonly #pool: Pool;
  readonly #kind: string;

  constructor(pool: Pool, kind: string) {
    this.#pool = pool;
    this.#kind = kind;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    await this.#pool.query(
      `INSERT INTO protocol_record
         (kind, id_hash, payload, grant_hash, uid_hash, account_id, expires_at, user_code_hash)
       VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7), $8)
       ON CONFLICT (kind, id_hash) DO UPDATE
       SET payload = excluded.payload, grant_hash = excluded.grant_hash,
         uid_hash = excluded.uid_hash, account_id = excluded.account_id,
         expires_at = excluded.expires_at,
         user_code_hash = coalesce(excluded.user_code_hash, protocol_record.user_code_hash)`,
      [
        this.#kind,
        hashOf(id),
        JSON.stringify({ ...withoutCredentials(payload), ...sealedId(id, payload.userCode) }),
        hashOrNull(payload.grantId),
        hashOrNull(payload.uid),
        payload.accountId ?? null,
        expiresIn ?? null,
        hashOrNull(payload.userCode),
      ],
    );
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const payload = await this.#findBy("id_hash", id);
    return payload && { ...payload, jti: id };
  }

  /** Finds a session by its uid, which is no credential; the session's id is not returned. */
  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findBy("uid_hash", uid);
  }

  /** Finds a device code by the code that its user types. */
  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const payload = await this.#findBy("user_code_hash", userCode);
    const jti = payload === undefined ? undefined : openedId(payload, userCode);
    return jti === undefined ? undefined : { ...payload, jti, userCode };
  }

  /** Of any number of requests exactly one succeeds; the others are refused. */
  async consume(id: string): Promise<void> {
    const { rowCount } = await this.#pool.query(
      `UPDATE protocol_record SET consumed_at = now()
       WHERE kind = $1 AND id_hash = $2 AND consumed_at IS NULL`,
      [this.#kind, hashOf(id)],
    );
    if (rowCount !== 1) throw new errors.InvalidGrant("it was used at the same moment");
  }

  async destroy(id: string): Promise<void> {
    await this.#pool.query("DELETE FROM protocol_record WHERE kind = $1 AND id_hash = $2", [
      this.#kind,
      hashOf(id),
    ]);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#pool.query("DELETE FROM protocol_record WHERE kind = $1 AND grant_hash = $2", [
      this.#kind,
      hashOf(grantId),
    ]);
    // Signed access tokens are in no record: services read from the list that they have ended.
    if (this.#kind === "AccessToken") await recordRevocations(this.#pool, [`grant:${grantId}`]);
  }

  async #findBy(
    column: "id_hash" | "uid_hash" | "user_code_hash",
    id: string,
  ): Promise<AdapterPayload | undefined> {
    const { rows } = await this.#pool.query<Row>(
      `SELECT payload, extract(epoch FROM consumed_at)::int AS consumed_seconds,
         extract(epoch FROM now() - consumed_at)::float8 AS consumed_ago
       FROM protocol_record
       WHERE kind = $1 AND ${column} = $2 AND (expires_at IS NULL OR expires_at > now())`,
      [this.#kind, hashOf(id)],
    );
    const [row] = rows;
    if (row === undefined || this.#isDuplicate(row)) return undefined;
    const consumed = row.consumed_seconds === null ? {} : { consumed: row.consumed_seconds };
    return { ...row.payload, ...consumed };
  }

  #isDuplicate({ consumed_ago: ago }: Row): boolean {
    return this.#kind === "RefreshToken" && ago !== null && ago < DUPLICATE_SECONDS;
  }
}

/** Leaves out a record's own id, and of an interaction the session's cookie: both are credentials. */
function withoutCredentials(payload: AdapterPayload): AdapterPayload {
  const { jti: _jti, userCode: _userCode, ...rest } = payload;
  const { session } = rest as { session?: { cookie?: string } };
  if (session?.cookie === undefined) return rest;
  const { cookie: _cookie, ...readable } = session;
  return { ...rest, session: readable };
}

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The id of a device code, readable with the user's code only: who types that code needs the record behind it. */
function sealedId(id: string, userCode: string | undefined): { readonly sealedId?: string } {
  if (userCode === undefined) return {};
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, hashOf(`device ${userCode}`), nonce);
  const sealed = Buffer.concat([cipher.update(id, "utf8"), cipher.final()]);
  return { sealedId: Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url") };
}

function openedId(payload: AdapterPayload, userCode: string): string | undefined {
  const { sealedId: text } = payload as { readonly sealedId?: string };
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, "base64url");
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, hashOf(`device ${userCode}`), nonce);
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const opened = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([opened, decipher.final()]).toString("utf8");
}
