import { currentContext } from "../context.ts";

/** The server ends a statement before the client gives its connection up. */
const GRACE_MS = 1_000;
/** What runs on behalf of several requests may have begun in the course of one whose time is over. */
const LEAST_MS = 1_000;

/** What is left of the time of the request in whose course this is called, in milliseconds; undefined without one. */
export function timeLeftMs(): number | undefined {
  const deadlineMs = currentContext()?.deadlineMs;
  if (deadlineMs === undefined) return undefined;
  return Math.max(LEAST_MS, Math.ceil(deadlineMs - performance.now()));
}

/** Statements that end those behind them in the transaction when the request's time is over; none without one. */
export function limitStatements(): string {
  const leftMs = timeLeftMs();
  if (leftMs === undefined) return "";
  return `; SET LOCAL statement_timeout = ${leftMs}; SET LOCAL lock_timeout = ${leftMs}`;
}

/** When the client stops waiting for the server, which may enforce no limit any more. */
export function clientLimitMs(): number | undefined {
  const leftMs = timeLeftMs();
  return leftMs === undefined ? undefined : leftMs + GRACE_MS;
}
