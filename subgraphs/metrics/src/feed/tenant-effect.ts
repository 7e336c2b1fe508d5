import type { LedgerEvent } from "@allfunds/contract/events";
import type { SqlStatement } from "@allfunds/platform/database";
import type { Effect } from "@allfunds/platform/feed";
import { carryTenant, setTenant } from "@allfunds/platform/tenancy";

/**
 * Applies the events of each tenant as that tenant: what the effect reads and writes is bound to it by
 * row-level security, though one batch holds events of many.
 */
export const asEachTenant = (effect: Effect): Effect => ({
  ...effect,
  statementsFor: async (events, client) => {
    const statements: SqlStatement[] = [];
    for (const [tenantId, own] of byTenant(events)) {
      carryTenant(client, tenantId);
      statements.push(setTenant(tenantId), ...(await effect.statementsFor(own, client)));
    }
    return statements;
  },
});

function byTenant(events: readonly LedgerEvent[]): Map<string, LedgerEvent[]> {
  const groups = new Map<string, LedgerEvent[]>();
  for (const event of events) {
    const group = groups.get(event.tenantId);
    if (group === undefined) groups.set(event.tenantId, [event]);
    else group.push(event);
  }
  return groups;
}
