export { isConnectionFailure } from "./connection-failure.ts";
export {
  createPool,
  withTransaction,
  type DatabaseClient,
  type Pool,
  type TenantPools,
  type TenantScope,
  type TransactionPool,
} from "./pool.ts";
export {
  OneTransaction,
  preparedNameOf,
  sendTogether,
  type SqlParameter,
  type SqlStatement,
} from "./one-transaction.ts";
export { NotificationListener } from "./notification-listener.ts";
export { migrate } from "./migrate.ts";
export { IndexMigration, Migration, type NamedMigration } from "./migration.ts";
export { openDatabase } from "./open-database.ts";
export { databaseReady, DatabaseSilent } from "./database-watch.ts";
export { databaseRefusal } from "./sql-failure.ts";
