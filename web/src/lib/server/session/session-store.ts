import { createHash, randomBytes } from "node:crypto";
import type { ClientBase, Pool } from "pg";
import type { Encryption } from "./encryption.ts";
import { migrate } from "./migrations.ts";
import { SessionEnded, type SessionContents } from "./session.ts";

/** A session ends half an hour after the last request, and twelve hours after the sign-in. */
const ACTIVE =
  "seen_at > now() - interval '30 minutes' AND created_at > now() - interval '12 hours'";
const ID_BYTES = 32;

interface SessionRow {
  contents: Buffer;
}

/**
 * The sessions of all web servers, in PostgreSQL. The cookie holds a random id; the table holds its
 * hash and the encrypted contents. The database alone is not enough to use a session.
 */
export class SessionStore {
  readonly #pool: Pool;
  readonly #encryption: Encryption;
  #migrated: Promise<void> | undefined;

  constructor(pool: Pool, encryption: Encryption) {
    this.#pool = pool;
    this.#encryption = encryption;
  }

  /** Migrates the database on the first call. Rejects while the database is unavailable. */
  async ready(): Promise<void> {
    this.#migrated ??= migrate(this.#pool).catch((error: unknown) => {
      this.#migrated = undefined;
      throw error;
    });
    await this.#migrated;
  }

  /** Begins a session, replaces `former`, and returns the id for the cookie. */
  async begin(contents: SessionContents, former?: string): Promise<string> {
    await this.ready();
    const id = randomBytes(ID_BYTES).toString("base64url");
    await this.#pool.query(
      `WITH ended AS (DELETE FROM web_session WHERE id_hash = $5 OR NOT (${ACTIVE}))
       INSERT INTO web_session (id_hash, subject, issuer_session, contents) VALUES ($1, $2, $3, $4)`,
      [
        hashOf(id),
        contents.subject,
        contents.issuerSession ?? null,
        this.#encrypt(id, contents),
        former === undefined ? null : hashOf(former),
      ],
    );
    return id;
  }

  /** The active session with this id. `byUser`: the request shows that the user is present. */
  async find(id: string, byUser = true): Promise<SessionContents | undefined> {
    await this.ready();
    const { rows } = await this.#pool.query<SessionRow & { stale: boolean }>(
      `SELECT contents, seen_at < now() - interval '1 minute' AS stale
         FROM web_session WHERE id_hash = $1 AND ${ACTIVE}`,
      [hashOf(id)],
    );
    const [row] = rows;
    if (byUser && row?.stale) {
      await this.#pool.query("UPDATE web_session SET seen_at = now() WHERE id_hash = $1", [
        hashOf(id),
      ]);
    }
    return row && this.#decrypt(id, row);
  }

  /**
   * Changes a session under a row lock: a second caller waits, and then reads the result. `change`
   * throws SessionEnded to end the session; any other error leaves the session as it was.
   */
  async change(
    id: string,
    change: (contents: SessionContents) => Promise<SessionContents>,
  ): Promise<SessionContents> {
    await this.ready();
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await client.query("BEGIN");
      const contents = await this.#changeLocked(client, id, change);
      await client.query("COMMIT");
      if (contents === undefined) throw new SessionEnded();
      return contents;
    } catch (error) {
      await client.query("ROLLBACK").catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async #changeLocked(
    client: ClientBase,
    id: string,
    change: (contents: SessionContents) => Promise<SessionContents>,
  ): Promise<SessionContents | undefined> {
    const { rows } = await client.query<SessionRow>(
      `SELECT contents FROM web_session WHERE id_hash = $1 AND ${ACTIVE} FOR UPDATE`,
      [hashOf(id)],
    );
    const before = rows[0] && this.#decrypt(id, rows[0]);
    if (before === undefined) return undefined;
    try {
      const after = await change(before);
      if (after === before) return before;
      await client.query("UPDATE web_session SET contents = $2 WHERE id_hash = $1", [
        hashOf(id),
        this.#encrypt(id, after),
      ]);
      return after;
    } catch (error) {
      if (!(error instanceof SessionEnded)) throw error;
      await client.query("DELETE FROM web_session WHERE id_hash = $1", [hashOf(id)]);
      return undefined;
    }
  }

  async end(id: string): Promise<void> {
    await this.ready();
    await this.#pool.query("DELETE FROM web_session WHERE id_hash = $1", [hashOf(id)]);
  }

  /** Ends the sessions of one sign-in at the issuer, or all sessions of a user. */
  async endAll(of: { issuerSession: string } | { subject: string }): Promise<void> {
    await this.ready();
    if ("issuerSession" in of) {
      await this.#pool.query("DELETE FROM web_session WHERE issuer_session = $1", [
        of.issuerSession,
      ]);
    } else {
      await this.#pool.query("DELETE FROM web_session WHERE subject = $1", [of.subject]);
    }
  }

  #encrypt(id: string, contents: SessionContents): Buffer {
    return this.#encryption.encrypt(JSON.stringify(contents), purposeOf(id));
  }

  #decrypt(id: string, { contents }: SessionRow): SessionContents | undefined {
    const text = this.#encryption.decrypt(contents, purposeOf(id));
    return text === undefined ? undefined : (JSON.parse(text) as SessionContents);
  }
}

const hashOf = (id: string): Buffer => createHash("sha256").update(id).digest();

// Bound to the id: contents copied to another row do not decrypt.
const purposeOf = (id: string): string => `session ${hashOf(id).toString("base64url")}`;
