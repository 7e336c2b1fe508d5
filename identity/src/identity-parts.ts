import type { Pool } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import type { IdentityConfig } from "./config.ts";
import type { AttemptLimits } from "./limits/attempt-limits.ts";
import type { PasskeySite } from "./factors/passkeys.ts";
import type { Vault } from "./keys/vault.ts";
import type { Mailer } from "./mail/mailer.ts";
import type { IdentityProvider } from "./provider/identity-provider.ts";
import type { PageStates } from "./store/page-state.ts";

/** What the pages and the graph of this service stand on. */
export interface IdentityParts {
  readonly pool: Pool;
  readonly logger: Logger;
  readonly config: IdentityConfig;
  readonly vault: Vault;
  readonly limits: AttemptLimits;
  readonly states: PageStates;
  readonly mail: Mailer;
  readonly site: PasskeySite;
  readonly protocol: IdentityProvider;
}
