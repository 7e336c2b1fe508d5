import type { AccountType } from "@allfunds/platform";
import type { AccountStatus } from "./account.ts";
import { defineEntity, p, type InferEntity } from "@mikro-orm/core";

/** An account as it is read. */
export const AccountEntity = defineEntity({
  name: "Account",
  tableName: "account",
  properties: {
    tenantId: p.uuid().primary(),
    id: p.uuid().primary(),
    fundId: p.uuid(),
    code: p.text(),
    name: p.text(),
    type: p.text().$type<AccountType>(),
    currency: p.text(),
    /** Minor units on the account's normal side. */
    balance: p.decimal().precision(39).scale(0).$type<string>(),
    /** Minor units below which balance less holds may not fall; null for no limit. */
    minimumBalance: p.decimal().precision(39).scale(0).$type<string>().nullable(),
    /** Minor units reserved by active holds. */
    held: p.decimal().precision(39).scale(0).$type<string>(),
    status: p.text().$type<AccountStatus>(),
    version: p.bigint("number"),
  },
});
export type AccountRow = InferEntity<typeof AccountEntity>;
