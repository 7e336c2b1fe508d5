import { authenticationShape } from "@allfunds/platform/auth";
import { databaseUrl, loadConfig, port } from "@allfunds/platform/config";
import { z } from "zod";
import { areNetworks } from "./slices/webhooks/allowed-networks.ts";

/** The ledger's view of the environment. */
export type Config = ReturnType<typeof readConfig>;

export const readConfig = () =>
  loadConfig("ledger", {
    LEDGER_PORT: port(4001),
    DATABASE_URL_LEDGER: databaseUrl(),
    /** Private networks that webhooks may be sent to, such as 127.0.0.0/8, separated by commas; none by default. */
    WEBHOOK_ALLOWED_NETWORKS: z
      .string()
      .default("")
      .refine(areNetworks, "must be networks such as 10.1.0.0/16, separated by commas"),
    ...authenticationShape,
  });
