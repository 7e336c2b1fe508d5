import { defineEntity, p } from "@mikro-orm/core";
import type { CategorySource } from "../classification/built-in-model.ts";
import type { CashDirection } from "../classification/features.ts";
import type { CategoryCode } from "../classification/taxonomy.ts";

/** A movement with its category, as it is read. */
export const MovementEntity = defineEntity({
  name: "Movement",
  tableName: "movement",
  properties: {
    tenantId: p.uuid().primary(),
    transactionId: p.uuid().primary(),
    fundId: p.uuid(),
    position: p.bigint("number"),
    effectiveDate: p.date(),
    description: p.text(),
    reference: p.text().nullable(),
    counterparty: p.text().nullable(),
    direction: p.text().$type<CashDirection>(),
    /** Minor units, never negative. */
    amountMinor: p.decimal().precision(39).scale(0).$type<string>(),
    currency: p.text(),
    category: p.text().$type<CategoryCode>(),
    confidence: p.float(),
    source: p.text().$type<CategorySource>(),
    model: p.text(),
    evidence: p.json<readonly string[]>(),
    needsReview: p.boolean(),
    categorisedAt: p.datetime(),
    changeId: p.uuid().nullable(),
  },
});

/** What reads of movements need of the object mapper. */
export interface MovementEntities {
  readonly MovementEntity: typeof MovementEntity;
}
