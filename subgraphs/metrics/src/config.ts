import { authenticationShape } from "@allfunds/platform/auth";
import { databaseUrl, loadConfig, neighbourUrl, port } from "@allfunds/platform/config";

/** The service's environment, read once. */
export const readConfig = (env?: NodeJS.ProcessEnv) =>
  loadConfig(
    "metrics",
    {
      METRICS_PORT: port(4003),
      DATABASE_URL_METRICS: databaseUrl(),
      LEDGER_URL: neighbourUrl(4001),
      ...authenticationShape,
    },
    env,
  );

export type Config = ReturnType<typeof readConfig>;
