import type { Pool } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import type { Provider } from "oidc-provider";
import type { PasskeySite } from "../factors/passkeys.ts";
import type { SecretBox } from "../keys/secret-box.ts";
import type { AttemptLimits } from "../limits/attempt-limits.ts";
import type { Mailer } from "../mail/mailer.ts";
import type { IdentityOrm } from "../store/identity-orm.ts";
import type { PageStates } from "../store/page-state.ts";

/** What the pages for signing in and for the account need. */
export interface PageParts {
  readonly pool: Pool;
  readonly orm: IdentityOrm;
  readonly logger: Logger;
  /** The addresses of this server and of the web app, as browsers use them. */
  readonly issuer: string;
  readonly webUrl: string;
  /** The graph, and what else stands for it: a user's consent is for all of them. */
  readonly resources: readonly string[];
  readonly secretBox: SecretBox;
  /** How far the clock of an authenticator may be off. */
  readonly totpToleranceSeconds: number;
  readonly limits: AttemptLimits;
  readonly states: PageStates;
  readonly mail: Mailer;
  readonly site: PasskeySite;
  readonly protocol: { readonly provider: Provider };
}
