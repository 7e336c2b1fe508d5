import {
  authenticationShape,
  databaseUrl,
  loadConfig,
  neighbourUrl,
  port,
} from "@allfunds/platform";

/** The service's environment, read once. */
export const readConfig = () =>
  loadConfig("metrics", {
    METRICS_PORT: port(4003),
    DATABASE_URL_METRICS: databaseUrl(),
    LEDGER_URL: neighbourUrl(4001),
    ...authenticationShape,
  });
