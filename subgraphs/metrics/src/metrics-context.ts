import type { RequestContext } from "@allfunds/platform";
import type { FundUpdates } from "./series/fund-updates.ts";

/** What every resolver gets. */
export interface MetricsContext {
  readonly request: RequestContext;
  readonly fundUpdates: FundUpdates;
}
