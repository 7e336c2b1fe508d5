import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { z } from "zod";
import { unknownEventSchema, type UnknownEvent } from "./ledger-event.ts";

const LEDGER_EVENTS = `subscription LedgerEvents($after: Cursor) {
  ledgerEvents(after: $after) {
    cursor
    events { cursor tenantId fundId position type recordedAt payload }
  }
}`;

const batchSchema = z.object({
  ledgerEvents: z.object({ cursor: z.string(), events: z.array(unknownEventSchema) }),
});

export interface FeedBatch {
  readonly cursor: string;
  readonly events: readonly UnknownEvent[];
}

/** The ledger's events after a cursor, batch by batch, until aborted or the connection is lost (which throws). */
export async function* subscribeLedger(
  ledgerUrl: string,
  after: string | null,
  signal: AbortSignal,
): AsyncGenerator<FeedBatch> {
  const client = createClient({
    url: `${ledgerUrl.replace(/^http/, "ws")}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    keepAlive: 10_000,
    lazy: true,
  });
  const close = (): void => void client.dispose();
  signal.addEventListener("abort", close, { once: true });
  try {
    for await (const result of client.iterate({ query: LEDGER_EVENTS, variables: { after } })) {
      if (result.errors !== undefined)
        throw new Error(`the feed refused: ${result.errors[0]?.message ?? "unknown"}`);
      yield batchSchema.parse(result.data).ledgerEvents;
    }
  } finally {
    signal.removeEventListener("abort", close);
    await client.dispose();
  }
}
