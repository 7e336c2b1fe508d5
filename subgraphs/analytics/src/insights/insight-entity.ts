import { defineEntity, p } from "@mikro-orm/core";
import type { Evidence, InsightKind } from "./insight.ts";

/** An insight as it is read. */
export const InsightEntity = defineEntity({
  name: "Insight",
  tableName: "insight",
  properties: {
    tenantId: p.uuid().primary(),
    insightId: p.uuid().primary(),
    fundId: p.uuid(),
    transactionId: p.uuid(),
    kind: p.text().$type<InsightKind>(),
    effectiveDate: p.date(),
    message: p.text(),
    score: p.float(),
    evidence: p.json<readonly Evidence[]>(),
    createdAt: p.datetime(),
  },
});

/** What reads of insights need of the object mapper. */
export interface InsightEntities {
  readonly InsightEntity: typeof InsightEntity;
}
