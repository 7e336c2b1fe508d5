import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { z } from "zod";
import { AppError, isErrorCode } from "@allfunds/contract/errors";
import { GatheredBatches, type FeedBatch } from "./gathered-batches.ts";
import { unknownEventSchema } from "@allfunds/contract/events";

const LEDGER_EVENTS = `subscription LedgerEvents($after: Cursor) {
  ledgerEvents(after: $after) {
    cursor
    whole
  }
}`;

const batchSchema = z.object({
  ledgerEvents: z.object({ cursor: z.string(), whole: z.array(unknownEventSchema) }),
});

const refusalSchema = z
  .array(z.object({ message: z.string(), extensions: z.looseObject({ code: z.string() }) }))
  .min(1);

export interface FeedSubscription {
  readonly ledgerUrl: string;
  /** The place behind which to go on; from the start when there is none. */
  readonly after: string | null;
  /** The access token; absent at a ledger that asks for none. */
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * The ledger's events after a cursor, until aborted, in batches that grow while the reader is busy.
 * Throws when the connection is lost, and an AppError with the ledger's code when it refuses.
 */
export async function* subscribeLedger({
  ledgerUrl,
  after,
  token,
  signal,
}: FeedSubscription): AsyncGenerator<FeedBatch> {
  if (signal.aborted) return;
  let socket: WebSocket | undefined;
  const gathered = new GatheredBatches({
    pause: () => socket?.pause(),
    resume: () => socket?.resume(),
  });
  const client = createClient({
    url: `${ledgerUrl.replace(/^http/, "ws")}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    keepAlive: 10_000,
    lazy: true,
    on: {
      opened: (opened) => {
        socket = opened as WebSocket;
      },
    },
  });
  const dispose = (): void => {
    // A socket that reads nothing would not receive the other side's close either.
    socket?.resume();
    // It waits for a connection under way, whose failure the subscription has reported.
    Promise.resolve(client.dispose()).catch(() => undefined);
  };
  signal.addEventListener("abort", dispose, { once: true });
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const operation = {
    query: LEDGER_EVENTS,
    variables: { after },
    extensions: { headers: authorization },
  };
  client.subscribe(operation, {
    next: ({ data, errors }) => {
      const read = batchSchema.safeParse(data);
      if (errors !== undefined || !read.success) {
        gathered.end(errors ?? read.error);
        return;
      }
      const { cursor, whole: events } = read.data.ledgerEvents;
      gathered.add({ cursor, events });
    },
    error: (error) => gathered.end(error),
    complete: () => gathered.end(),
  });
  try {
    yield* gathered;
  } catch (error) {
    throw refusalOf(error);
  } finally {
    signal.removeEventListener("abort", dispose);
    dispose();
  }
}

/** The ledger's refusal as an AppError; any other failure as it is. */
function refusalOf(reason: unknown): unknown {
  const refusal = refusalSchema.safeParse(reason).data?.[0];
  if (refusal === undefined) return reason;
  const { code } = refusal.extensions;
  return new AppError(isErrorCode(code) ? code : "INTERNAL_ERROR", refusal.message, {
    detail: "the ledger's answer to the subscription to its feed",
  });
}
