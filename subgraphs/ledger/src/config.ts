import { authenticationShape } from "@allfunds/platform/auth";
import { databaseUrl, loadConfig, port } from "@allfunds/platform/config";

/** The ledger's view of the environment. */
export type Config = ReturnType<typeof readConfig>;

export const readConfig = () =>
  loadConfig("ledger", {
    LEDGER_PORT: port(4001),
    DATABASE_URL_LEDGER: databaseUrl(),
    ...authenticationShape,
  });
