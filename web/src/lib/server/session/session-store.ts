import { createHash, randomBytes } from "node:crypto";
import type { ClientBase, Pool } from "pg";
import { prepareSessionSchema } from "./session-schema.ts";
import { SessionEnded, type SessionContents } from "./session.ts";
import type { Vault } from "./vault.ts";

/** Nobody stays signed in unseen for longer than this, nor at all for longer than that. */
const LIVING =
  "seen_at > now() - interval '30 minutes' AND created_at > now() - interval '12 hours'";
const ID_BYTES = 32;

interface SessionRow {
  contents: Buffer;
}

/**
 * The sessions of all web servers, in PostgreSQL. The cookie's value is a random id of which only the
 * hash is kept, and what belongs to it is sealed: the database alone signs nobody in.
 */
export class SessionStore {
  readonly #pool: Pool;
  readonly #vault: Vault;
  #prepared: Promise<void> | undefined;

  constructor(pool: Pool, vault: Vault) {
    this.#pool = pool;
    this.#vault = vault;
  }

  /** Readies the database when it is first needed. Rejects while it cannot be asked. */
  async ready(): Promise<void> {
    this.#prepared ??= prepareSessionSchema(this.#pool).catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
    await this.#prepared;
  }

  /** Begins a session and answers its id, which is for the cookie alone. Takes the place of `former`. */
  async begin(contents: SessionContents, former?: string): Promise<string> {
    await this.ready();
    const id = randomBytes(ID_BYTES).toString("base64url");
    await this.#pool.query(
      `WITH gone AS (DELETE FROM web_session WHERE id_hash = $5 OR NOT (${LIVING}))
       INSERT INTO web_session (id_hash, subject, issuer_session, contents) VALUES ($1, $2, $3, $4)`,
      [
        hashOf(id),
        contents.subject,
        contents.issuerSession ?? null,
        this.#seal(id, contents),
        former === undefined ? null : hashOf(former),
      ],
    );
    return id;
  }

  /** The living session with this id, seen unless a page asks by itself; undefined when there is none. */
  async find(id: string, seen = true): Promise<SessionContents | undefined> {
    await this.ready();
    const { rows } = await this.#pool.query<SessionRow & { stale: boolean }>(
      `SELECT contents, seen_at < now() - interval '1 minute' AS stale
         FROM web_session WHERE id_hash = $1 AND ${LIVING}`,
      [hashOf(id)],
    );
    const [row] = rows;
    if (seen && row?.stale) {
      await this.#pool.query("UPDATE web_session SET seen_at = now() WHERE id_hash = $1", [
        hashOf(id),
      ]);
    }
    return row && this.#open(id, row);
  }

  /**
   * Changes a session while no other process can: whoever else comes waits, and then reads what was
   * made of it. `change` throws SessionEnded to end the session, and anything else to leave it alone.
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
      `SELECT contents FROM web_session WHERE id_hash = $1 AND ${LIVING} FOR UPDATE`,
      [hashOf(id)],
    );
    const before = rows[0] && this.#open(id, rows[0]);
    if (before === undefined) return undefined;
    try {
      const after = await change(before);
      if (after === before) return before;
      await client.query("UPDATE web_session SET contents = $2 WHERE id_hash = $1", [
        hashOf(id),
        this.#seal(id, after),
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

  /** Ends what the issuer says is over: one sign-in, or everything of a user. */
  async endOf(over: { issuerSession: string } | { subject: string }): Promise<void> {
    await this.ready();
    if ("issuerSession" in over) {
      await this.#pool.query("DELETE FROM web_session WHERE issuer_session = $1", [
        over.issuerSession,
      ]);
    } else {
      await this.#pool.query("DELETE FROM web_session WHERE subject = $1", [over.subject]);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  #seal(id: string, contents: SessionContents): Buffer {
    return this.#vault.seal(JSON.stringify(contents), purposeOf(id));
  }

  #open(id: string, { contents }: SessionRow): SessionContents | undefined {
    const text = this.#vault.open(contents, purposeOf(id));
    return text === undefined ? undefined : (JSON.parse(text) as SessionContents);
  }
}

const hashOf = (id: string): Buffer => createHash("sha256").update(id).digest();

// The row belongs to its id: copied to another row it does not open.
const purposeOf = (id: string): string => `session ${hashOf(id).toString("base64url")}`;
