import { AppError } from "@allfunds/contract/errors";
import type { Caller } from "@allfunds/platform/auth";
import type { Context } from "graphql-ws";
import type { Extra } from "graphql-ws/use/ws";
import type { ContextOf } from "../callers/context-of.ts";
import type { Tickets } from "../tickets/tickets.ts";
import { headerTexts } from "./header-texts.ts";

/** Who is at the other end of a socket, from its introduction to its close. */
export interface SocketSession {
  /** What stands for headers in every operation; its `authorization` is the only one that counts. */
  readonly headers: Readonly<Record<string, string>>;
  readonly address: string;
  /** Absent where nobody is asked for a token. */
  readonly caller: Caller | undefined;
}

export interface SessionExtra extends Extra {
  session?: SocketSession;
}

export interface SessionOptions {
  readonly contextOf: ContextOf;
  readonly tickets: Tickets;
}

/**
 * Reads a `connection_init`: it brings `authorization`, or a `ticket` that stands for one. Throws
 * UNAUTHENTICATED when neither is good.
 */
export async function openSession(
  params: unknown,
  address: string,
  { contextOf, tickets }: SessionOptions,
): Promise<SocketSession> {
  const { ticket, ...given } = headerTexts(params);
  const headers = ticket === undefined ? given : { ...given, ...(await redeem(ticket, tickets)) };
  const { caller } = await contextOf(headers);
  return { headers, address, caller };
}

async function redeem(ticket: string, tickets: Tickets): Promise<{ authorization: string }> {
  const authorization = await tickets.redeem(ticket);
  if (authorization !== undefined) return { authorization };
  throw new AppError("UNAUTHENTICATED", "The ticket is not valid any more.", {
    detail: "the ticket is unknown, used or too old",
  });
}

/** The session of an introduced socket; graphql-ws lets no operation pass before. */
export function sessionOf({ extra }: Context): SocketSession {
  const { session } = extra as SessionExtra;
  if (session !== undefined) return session;
  throw new AppError("UNAUTHENTICATED", "Introduce yourself first.");
}

/** The headers of one operation: an operation may bring its own, but nobody else's name. */
export const operationHeaders = (
  { headers }: SocketSession,
  extensions: Readonly<Record<string, unknown>> | null | undefined,
): Record<string, string> => {
  const { authorization: _, ...own } = headerTexts(extensions?.["headers"]);
  return { ...headers, ...own };
};
