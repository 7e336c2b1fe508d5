import { authenticationShape } from "@allfunds/platform/auth";
import { databaseUrl, loadConfig, upstreamUrl, port } from "@allfunds/platform/config";

/** The service's environment, read once. */
export const readConfig = (env?: NodeJS.ProcessEnv) =>
  loadConfig(
    "metrics",
    {
      METRICS_PORT: port(4003),
      DATABASE_URL_METRICS: databaseUrl(),
      LEDGER_URL: upstreamUrl(4001),
      ...authenticationShape,
    },
    env,
  );

export type Config = ReturnType<typeof readConfig>;
