import { migrate, withTransaction } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import type { LedgerEvent } from "@allfunds/contract/events";
import type { Pool } from "@allfunds/platform/database";
import type { Effect } from "@allfunds/platform/feed";
import { createTestDatabase, storeEffect } from "@allfunds/platform/testing";
import { createBuiltInModel } from "../categories/built-in-model.ts";
import { createEffect } from "../feed/apply-events.ts";
import { MIGRATIONS } from "../migrations.ts";

export const silent = createLogger("test", "silent");
const model = createBuiltInModel();

const effectOf = (askLanguageModel = false): Effect => createEffect({ model, askLanguageModel });

export interface AnalyticsDatabase {
  readonly pool: Pool;
  readonly url: string;
  /** Applies events as the follower would, in one transaction; right after a start unless told otherwise. */
  apply(events: readonly LedgerEvent[], askLanguageModel?: boolean, effect?: Effect): Promise<void>;
  /** What one start of the service remembers from batch to batch. */
  effect(askLanguageModel?: boolean): Effect;
  recategorise(tenantId: string, transactionIds: readonly string[], to: string): Promise<void>;
  drop(): Promise<void>;
}

/** A migrated database of its own. */
export async function createAnalyticsDatabase(): Promise<AnalyticsDatabase> {
  const database = await createTestDatabase();
  const { url, pool } = database;
  await migrate({ url, migrations: MIGRATIONS, logger: silent });
  return {
    pool,
    url,
    drop: () => database.drop(),
    apply: (events, askLanguageModel = false, effect = effectOf(askLanguageModel)) =>
      storeEffect(pool, effect, events),
    effect: effectOf,
    recategorise: (tenantId, transactionIds, to) =>
      withTransaction(pool, { tenantId }, async (client) => {
        await client.query(
          "UPDATE movement SET category = $1 WHERE transaction_id = ANY($2::uuid[])",
          [to, transactionIds],
        );
      }),
  };
}
