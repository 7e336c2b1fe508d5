import { createHash } from "node:crypto";
import type { Pool } from "@allfunds/platform/database";
import type { SecretBox } from "../keys/secret-box.ts";

const LIFETIME_SECONDS = 20 * 60;

/** What a user has done on the pages of one sign-in, or of one visit to the account page. */
export interface PageState {
  /** The user whose first factor was accepted. */
  readonly userId?: string;
  /** The password was given on these pages, not in an earlier session. */
  readonly passwordGiven?: boolean;
  /** The factors shown so far, as RFC 8176 names them. */
  readonly factors?: readonly string[];
  /** The challenge that a passkey has to sign. */
  readonly challenge?: string;
  /** The secret that is being set up in an authenticator app. */
  readonly totpSecret?: string;
  /** The recovery codes of a factor set up on these pages, until they are shown. */
  readonly recoveryCodes?: readonly string[];
  /** Until when the account may be changed, in milliseconds since 1970. */
  readonly confirmedUntilMs?: number;
}

/** Stores page states on the server, encrypted; the browser holds only the id in its cookie. */
export class PageStates {
  readonly #pool: Pool;
  readonly #secretBox: SecretBox;

  constructor(pool: Pool, secretBox: SecretBox) {
    this.#pool = pool;
    this.#secretBox = secretBox;
  }

  async read(id: string): Promise<PageState> {
    const { rows } = await this.#pool.query<{ sealed: Buffer }>(
      "SELECT sealed FROM sign_in_state WHERE id_hash = $1 AND expires_at > now()",
      [hashOf(id)],
    );
    if (rows[0] === undefined) return {};
    return JSON.parse(this.#secretBox.open(rows[0].sealed, id)) as PageState;
  }

  async write(id: string, state: PageState): Promise<void> {
    await this.#pool.query(
      `INSERT INTO sign_in_state (id_hash, sealed, expires_at)
       VALUES ($1, $2, now() + make_interval(secs => $3))
       ON CONFLICT (id_hash) DO UPDATE
       SET sealed = excluded.sealed, expires_at = excluded.expires_at`,
      [hashOf(id), this.#secretBox.seal(JSON.stringify(state), id), LIFETIME_SECONDS],
    );
  }

  async remove(id: string): Promise<void> {
    await this.#pool.query("DELETE FROM sign_in_state WHERE id_hash = $1", [hashOf(id)]);
  }
}

const hashOf = (id: string): Buffer => createHash("sha256").update(id).digest();
