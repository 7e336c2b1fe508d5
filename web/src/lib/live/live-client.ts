import { Client, subscriptionExchange } from "@urql/core";
import { createClient, type Client as SocketClient } from "graphql-ws";
import { fetchLiveTicket, SignedOut } from "./live-ticket.ts";

const KEEP_ALIVE_MS = 15_000;
const ACKNOWLEDGE_TIMEOUT_MS = 5_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;
const UNAUTHORIZED = 4401;
const RENEWAL_LEAD_MS = 15_000;
const SHORTEST_LINE_MS = 10_000;

export interface ConnectionEvents {
  readonly onConnected: () => void;
  /** `expired`: the server closed because the token behind the line has ended. */
  readonly onClosed: (expired: boolean) => void;
  /** The line is about to be opened anew, because its token is about to end. */
  readonly onRenewing: () => void;
  /** Nobody is signed in any more. */
  readonly onSignedOut: () => void;
  /** The server ended a subscription, or refused it, while the connection stays. */
  readonly onEnded: () => void;
}

/** A graph client for subscriptions only, over one socket that reconnects for ever. */
export function createLiveClient(
  url: string,
  events: ConnectionEvents,
): { client: Client; socket: SocketClient } {
  let renewAfterMs = 0;
  let renewal: ReturnType<typeof setTimeout> | undefined;
  // The socket then connects again by itself, and carries its subscriptions over.
  const renew = () => {
    events.onRenewing();
    socket.terminate();
  };
  const socket = createClient({
    url,
    keepAlive: KEEP_ALIVE_MS,
    connectionAckWaitTimeout: ACKNOWLEDGE_TIMEOUT_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (attempt) => wait(backOffMs(attempt)),
    // Asked for anew with every connection, because a ticket opens one.
    connectionParams: async () => {
      try {
        const { ticket, endsInMs } = await fetchLiveTicket();
        renewAfterMs = Math.max(SHORTEST_LINE_MS, endsInMs - RENEWAL_LEAD_MS);
        return { ticket };
      } catch (error) {
        if (error instanceof SignedOut) events.onSignedOut();
        throw error;
      }
    },
    on: {
      connected: () => {
        renewal = setTimeout(renew, renewAfterMs);
        events.onConnected();
      },
      closed: (event) => {
        clearTimeout(renewal);
        events.onClosed((event as CloseEvent).code === UNAUTHORIZED);
      },
    },
  });
  const exchange = subscriptionExchange({
    forwardSubscription: ({ query, variables }) => ({
      subscribe: (sink) => {
        const unsubscribe = socket.subscribe(
          { query: query ?? "", variables: { ...variables } },
          {
            next: (result) => sink.next({ data: result.data, errors: [...(result.errors ?? [])] }),
            error: (error) => {
              sink.error(error);
              events.onEnded();
            },
            complete: () => {
              sink.complete();
              events.onEnded();
            },
          },
        );
        return { unsubscribe };
      },
    }),
  });
  const client = new Client({ url, exchanges: [exchange], preferGetMethod: false });
  return { client, socket };
}

/** Doubles from half a second to five, with jitter so that many browsers do not return at once. */
export function backOffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
  return ceiling / 2 + (ceiling / 2) * random();
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
