import { authenticationShape } from "@allfunds/platform/auth";
import { databaseUrl, loadConfig, port, serverUrl } from "@allfunds/platform/config";
import { FIRST_DATABASE, readAddresses } from "@allfunds/platform/database-addresses";
import { z } from "zod";
import { KAFKA_MECHANISMS } from "./sinks/kafka-events.ts";
import { areNetworks } from "./slices/webhooks/allowed-networks.ts";

/** The ledger's view of the environment. */
export type Config = ReturnType<typeof readConfig>;

const furtherDatabases = () =>
  z
    .string()
    .default("")
    .refine(
      (text) => readAddresses(text) !== undefined,
      `must be name=postgres://… with different names other than ${FIRST_DATABASE}, separated by spaces`,
    )
    .meta({ secret: true });

/** The variables that the service reads. */
export const variables = {
  LEDGER_PORT: port(4001).describe("The service's port."),
  DATABASE_URL_LEDGER: databaseUrl().describe(
    "The database of the books, and the first of several.",
  ),
  DATABASE_URLS_LEDGER: furtherDatabases().describe(
    "Further databases as `name=postgres://…`, separated by spaces; the directory in the first states whose books are where: docs/scale.md.",
  ),
  WEBHOOK_ALLOWED_NETWORKS: z
    .string()
    .default("")
    .refine(areNetworks, "must be networks such as 10.1.0.0/16, separated by commas")
    .describe(
      "Private networks that webhooks may be sent to, such as 127.0.0.0/8, separated by commas; none by default.",
    ),
  REDIS_URL: serverUrl("redis", "rediss")
    .optional()
    .describe(
      "A Redis that brings the feed's end to all instances; without it each of them reads the log.",
    ),
  EVENT_STREAMS_REDIS_URL: serverUrl("redis", "rediss")
    .optional()
    .describe("A Redis that gets every event of every book in streams: docs/event-streams.md."),
  EVENT_STREAMS_MOST_EVENTS: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe("About how many events of a book its stream keeps; all by default."),
  EVENT_STREAMS_KAFKA_BROKERS: z
    .string()
    .regex(/^[^\s:,]+:\d+(?:\s*,\s*[^\s:,]+:\d+)*$/, "must be host:port, separated by commas")
    .optional()
    .describe(
      "Kafka brokers that get every event of every book, host:port separated by commas; none by default.",
    ),
  EVENT_STREAMS_KAFKA_TOPIC: z
    .string()
    .regex(/^[\w.-]{1,200}$/, "must be a name of a topic")
    .default("allfunds.events")
    .describe("The topic of the events; where books end is in a second one, `<topic>.ends`."),
  EVENT_STREAMS_KAFKA_USER: z.string().min(1).optional().describe("Who signs in at those brokers."),
  EVENT_STREAMS_KAFKA_PASSWORD: z
    .string()
    .min(1)
    .optional()
    .meta({ secret: true })
    .describe("That user's password."),
  EVENT_STREAMS_KAFKA_MECHANISM: z
    .enum(KAFKA_MECHANISMS)
    .default("SCRAM-SHA-512")
    .describe("How that user signs in; `PLAIN` sends the password itself, and so only in TLS."),
  EVENT_STREAMS_KAFKA_TLS: z
    .enum(["true", "false"])
    .default("false")
    .describe("Whether the brokers are spoken to in TLS."),
  EVENT_STREAMS_KAFKA_CA: z
    .string()
    .min(1)
    .optional()
    .describe(
      "A PEM file with the authorities of the brokers' certificates; those that Node trusts without it.",
    ),
  ...authenticationShape,
};

export const readConfig = () => loadConfig("ledger", variables);
