import { AppError, type ErrorCode } from "@allfunds/contract/errors";
import type { WebSocket } from "ws";

/** No token, a bad one, or one that has ended. */
export const UNAUTHORIZED = 4401;
const BAD_REQUEST = 4400;
const TOO_MANY = 4429;
/** Of the protocol itself: the server cannot serve now, the client may come again. */
const TRY_AGAIN_LATER = 1013;

const GOODBYE_MS = 2_000;

/** Closes a socket, and cuts it when the other side does not answer. */
export function closeSocket(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  const timer = setTimeout(() => socket.terminate(), GOODBYE_MS).unref();
  socket.once("close", () => clearTimeout(timer));
}

/** Why an introduction was refused, as close codes say it; a client may come again after any other. */
const REFUSALS: Partial<Record<ErrorCode, readonly [code: number, reason: string]>> = {
  UNAUTHENTICATED: [UNAUTHORIZED, "Unauthorized"],
  RATE_LIMITED: [TOO_MANY, "Too many sockets"],
  INVALID_INPUT: [BAD_REQUEST, "Invalid headers"],
};

/** Closes a socket whose introduction was refused. */
export function closeRefused(socket: WebSocket, error: unknown): void {
  const refusal = error instanceof AppError ? REFUSALS[error.code] : undefined;
  closeSocket(socket, ...(refusal ?? [TRY_AGAIN_LATER, "Try again later"]));
}
