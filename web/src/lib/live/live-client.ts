import { createClient, type Client as SocketClient } from "graphql-ws";
import { backOffMs } from "./back-off.ts";

/** The server is asked so often whether it is there; 15 s at most pass until a dead line is closed. */
const KEEP_ALIVE_MS = 10_000;
const PONG_TIMEOUT_MS = 5_000;
const ACKNOWLEDGE_TIMEOUT_MS = 5_000;
const UNAUTHORIZED = 4401;
const RENEWAL_LEAD_MS = 15_000;
const SHORTEST_CONNECTION_MS = 10_000;

export interface ConnectionEvents {
  readonly onConnected: () => void;
  /** `expired`: the server closed the connection because its token expired. */
  readonly onClosed: (expired: boolean) => void;
  /** The connection is about to be reopened, because its token is about to expire. */
  readonly onRenewing: () => void;
  /** The session has ended. */
  readonly onSignedOut: () => void;
  /** The server showed that it is there: it answered, or sent a message. */
  readonly onConfirmed: () => void;
  /** The server ended or refused a subscription while the connection stays open. */
  readonly onEnded: () => void;
}

/** One socket for all subscriptions of a page. It always reconnects. */
export function connectLive(url: string, events: ConnectionEvents): SocketClient {
  let renewAfterMs = 0;
  let renewal: ReturnType<typeof setTimeout> | undefined;
  let unanswered: ReturnType<typeof setTimeout> | undefined;
  // The socket then reconnects by itself and resumes its subscriptions.
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
    // Each connection needs a ticket of its own.
    connectionParams: async () => {
      try {
        const { ticket, endsInMs } = await fetchLiveTicket();
        renewAfterMs = Math.max(SHORTEST_CONNECTION_MS, endsInMs - RENEWAL_LEAD_MS);
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
      // A frozen or unplugged server closes nothing: only a missing answer shows it.
      ping: (received) => {
        if (!received) unanswered = setTimeout(() => socket.terminate(), PONG_TIMEOUT_MS);
      },
      pong: (received) => {
        if (!received) return;
        clearTimeout(unanswered);
        events.onConfirmed();
      },
      closed: (event) => {
        clearTimeout(renewal);
        clearTimeout(unanswered);
        events.onClosed((event as CloseEvent).code === UNAUTHORIZED);
      },
    },
  });
  return socket;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

interface LiveTicket {
  readonly ticket: string;
  /** When the token of the connection expires; milliseconds from now. */
  readonly endsInMs: number;
}

/** The session has ended; another attempt would fail as well. */
class SignedOut extends Error {}

/** Fetches a ticket for one connection, with the session's cookie. */
async function fetchLiveTicket(): Promise<LiveTicket> {
  const response = await fetch("/live-ticket", { method: "POST" });
  if (response.status === 401) throw new SignedOut("The session has ended. Sign in again.");
  if (!response.ok) throw new Error(`The live ticket was refused with status ${response.status}.`);
  return (await response.json()) as LiveTicket;
}
