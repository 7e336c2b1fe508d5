import { AppError } from "@allfunds/contract/errors";
import type { Caller } from "@allfunds/platform/auth";
import type { Context } from "graphql-ws";
import type { Extra } from "graphql-ws/use/ws";
import type { ContextOf } from "../callers/identify-request.ts";
import type { Tickets } from "../tickets/tickets.ts";

/** The client of a socket, from its connection_init to its close. */
export interface SocketSession {
  /** The headers of every operation; the only `authorization` that counts. */
  readonly headers: Readonly<Record<string, string>>;
  readonly address: string;
  /** Absent where no token is required. */
  readonly caller: Caller | undefined;
}

export interface SessionExtra extends Extra {
  session?: SocketSession;
}

export interface SessionOptions {
  readonly contextOf: ContextOf;
  readonly tickets: Tickets;
}

/** What the proof of a token that is bound to a key is for, in the parameter `dpop`. */
const HANDSHAKE = { method: "GET", path: "/graphql" };

/**
 * Reads a `connection_init` with an `authorization`, or a `ticket` for one. Throws UNAUTHENTICATED when
 * neither is valid.
 */
export async function openSession(
  params: unknown,
  address: string,
  { contextOf, tickets }: SessionOptions,
): Promise<SocketSession> {
  const { ticket, ...given } = headerTexts(params);
  const headers = ticket === undefined ? given : { ...given, ...(await redeem(ticket, tickets)) };
  // A ticket was issued to who holds the key of the token.
  const { caller } = await contextOf(headers, ticket === undefined ? HANDSHAKE : "proven");
  return { headers, address, caller };
}

async function redeem(ticket: string, tickets: Tickets): Promise<{ authorization: string }> {
  const authorization = await tickets.redeem(ticket);
  if (authorization !== undefined) return { authorization };
  throw new AppError("UNAUTHENTICATED", "The ticket is not valid. Request a new one.", {
    detail: "the ticket is unknown, used or expired",
  });
}

/** The session of an acknowledged socket; graphql-ws accepts no operation before. */
export function sessionOf({ extra }: Context): SocketSession {
  const { session } = extra as SessionExtra;
  if (session !== undefined) return session;
  throw new AppError("UNAUTHENTICATED", "Send connection_init first.");
}

/** The headers of one operation. It may send its own, except another `authorization`. */
export const operationHeaders = (
  { headers }: SocketSession,
  extensions: Readonly<Record<string, unknown>> | null | undefined,
): Record<string, string> => {
  const { authorization: _, ...own } = headerTexts(extensions?.["headers"]);
  return { ...headers, ...own };
};

/** The string values among what a client sent as headers, names in lower case. */
export const headerTexts = (values: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values ?? {}).flatMap(([name, value]): [string, string][] =>
      typeof value === "string" ? [[name.toLowerCase(), value]] : [],
    ),
  );
