/** Every row that is read through the object mapper. */
export { AccountEntity } from "./accounts/account-sql.ts";
export { FundEntity } from "./funds/fund-sql.ts";
