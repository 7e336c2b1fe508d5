import { MikroORM } from "@mikro-orm/postgresql";
import { AccountEntity } from "./accounts/account-entity.ts";
import { FundEntity } from "./funds/fund-entity.ts";
import { StatementImportEntity } from "./statements/statement-import-entity.ts";

/** The object mapper for reading; writing goes through the books. */
export const openOrm = (url: string): Promise<MikroORM> =>
  MikroORM.init({
    clientUrl: url,
    entities: [FundEntity, AccountEntity, StatementImportEntity],
    pool: { min: 0, max: 5 },
  });
