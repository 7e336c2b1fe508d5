import { defineEntity, p, type InferEntity } from "@mikro-orm/core";

/** A fund as it is read. */
export const FundEntity = defineEntity({
  name: "Fund",
  tableName: "fund",
  properties: {
    tenantId: p.uuid().primary(),
    id: p.uuid().primary(),
    name: p.text(),
    currency: p.text(),
    openedAt: p.datetime(),
  },
});
export type FundRow = InferEntity<typeof FundEntity>;
