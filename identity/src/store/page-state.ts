import { createHash } from "node:crypto";
import type { Pool } from "@allfunds/platform/database";
import type { Vault } from "../keys/vault.ts";

const LIFETIME_SECONDS = 20 * 60;

/** What a person has done on the pages of one sign-in, or of one visit to the account page. */
export interface PageState {
  /** The user whose first factor was right. */
  readonly userId?: string;
  /** The password was given on these pages, not long ago in an earlier session. */
  readonly passwordGiven?: boolean;
  /** The factors shown so far, as RFC 8176 names them. */
  readonly factors?: readonly string[];
  /** What a passkey has to sign. */
  readonly challenge?: string;
  /** The secret on its way into an authenticator app. */
  readonly totpSecret?: string;
  /** The second factor was set up on these pages: its codes are to be shown. */
  readonly recoveryCodes?: readonly string[];
  /** Until when the account may be changed, in milliseconds since 1970. */
  readonly confirmedUntilMs?: number;
}

/** Keeps page states on the server, sealed; the browser holds nothing but the id in its cookie. */
export class PageStates {
  readonly #pool: Pool;
  readonly #vault: Vault;

  constructor(pool: Pool, vault: Vault) {
    this.#pool = pool;
    this.#vault = vault;
  }

  async read(id: string): Promise<PageState> {
    const { rows } = await this.#pool.query<{ sealed: Buffer }>(
      "SELECT sealed FROM sign_in_state WHERE id_hash = $1 AND expires_at > now()",
      [hashOf(id)],
    );
    if (rows[0] === undefined) return {};
    return JSON.parse(this.#vault.open(rows[0].sealed, id)) as PageState;
  }

  async write(id: string, state: PageState): Promise<void> {
    await this.#pool.query(
      `INSERT INTO sign_in_state (id_hash, sealed, expires_at)
       VALUES ($1, $2, now() + make_interval(secs => $3))
       ON CONFLICT (id_hash) DO UPDATE
       SET sealed = excluded.sealed, expires_at = excluded.expires_at`,
      [hashOf(id), this.#vault.seal(JSON.stringify(state), id), LIFETIME_SECONDS],
    );
  }

  async remove(id: string): Promise<void> {
    await this.#pool.query("DELETE FROM sign_in_state WHERE id_hash = $1", [hashOf(id)]);
  }
}

const hashOf = (id: string): Buffer => createHash("sha256").update(id).digest();
