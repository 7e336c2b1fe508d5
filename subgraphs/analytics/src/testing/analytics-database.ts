import { createLogger, migrate } from "@allfunds/platform";
import type { LedgerEvent, Pool } from "@allfunds/platform";
import { createTestDatabase, storeEffect } from "@allfunds/platform/testing";
import { createBuiltInModel } from "../categories/built-in-model.ts";
import { createEffect } from "../feed/apply-events.ts";
import { MIGRATIONS } from "../migrations.ts";

export const silent = createLogger("test", "silent");
const model = createBuiltInModel();

export interface AnalyticsDatabase {
  readonly pool: Pool;
  readonly url: string;
  /** Applies events as the follower would, in one transaction. */
  apply(events: readonly LedgerEvent[], askLanguageModel?: boolean): Promise<void>;
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
    apply: (events, askLanguageModel = false) =>
      storeEffect(pool, createEffect({ model, askLanguageModel }), events),
  };
}
