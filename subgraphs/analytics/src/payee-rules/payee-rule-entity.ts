import { defineEntity, p } from "@mikro-orm/core";
import type { CashDirection } from "../classification/features.ts";
import type { CategoryCode } from "../classification/taxonomy.ts";

/** What a payee rule decides, as analyses read it. */
export const PayeeRuleEntity = defineEntity({
  name: "PayeeRule",
  tableName: "payee_rule",
  properties: {
    tenantId: p.uuid().primary(),
    ruleId: p.uuid().primary(),
    fundId: p.uuid(),
    payeeKey: p.text(),
    direction: p.text().$type<CashDirection>(),
    payeeName: p.text(),
    category: p.text().$type<CategoryCode>(),
    deletedAt: p.datetime().nullable(),
  },
});

/** What reads of payee rules need of the object mapper. */
export interface PayeeRuleEntities {
  readonly PayeeRuleEntity: typeof PayeeRuleEntity;
}
