import { AccountEntity } from "./accounts/account-sql.ts";
import { FundEntity } from "./funds/fund-sql.ts";
import { StatementImportEntity } from "./bank-statements/statement-sql.ts";

/** Every row that is read through the object mapper. */
export const ENTITIES = [FundEntity, AccountEntity, StatementImportEntity];
