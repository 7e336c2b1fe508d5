import { authenticationShape } from "@allfunds/platform/auth";
import { databaseUrl, loadConfig, port, serverUrl } from "@allfunds/platform/config";
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
    /** A Redis that gets every event of every book in streams; without it nothing is published. */
    EVENT_STREAMS_REDIS_URL: serverUrl("redis", "rediss").optional(),
    /** About how many events of a book its stream keeps; all by default. */
    EVENT_STREAMS_MOST_EVENTS: z.coerce.number().int().min(1).optional(),
    ...authenticationShape,
  });
