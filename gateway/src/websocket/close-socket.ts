import { AppError, type ErrorCode } from "@allfunds/contract/errors";
import { watchToken, type Caller } from "@allfunds/platform/auth";
import type { WebSocket } from "ws";

/** The token is missing, invalid or expired. */
const UNAUTHORIZED = 4401;
const BAD_REQUEST = 4400;
const TOO_MANY = 4429;
/** Of the WebSocket protocol: the server is not available now, the client may retry. */
const TRY_AGAIN_LATER = 1013;

const CLOSE_TIMEOUT_MS = 2_000;

/** Closes a socket, and terminates it when the client does not complete the close. */
function closeSocket(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  const timer = setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref();
  socket.once("close", () => clearTimeout(timer));
}

/** The close codes of refused connections; after any other error the client may retry. */
const REFUSALS: Partial<Record<ErrorCode, readonly [code: number, reason: string]>> = {
  UNAUTHENTICATED: [UNAUTHORIZED, "Unauthorized"],
  RATE_LIMITED: [TOO_MANY, "Too many sockets"],
  INVALID_INPUT: [BAD_REQUEST, "Invalid headers"],
};

/** Closes a socket whose connection_init was refused. */
export function closeRefused(socket: WebSocket, error: unknown): void {
  const refusal = error instanceof AppError ? REFUSALS[error.code] : undefined;
  closeSocket(socket, ...(refusal ?? [TRY_AGAIN_LATER, "Try again later"]));
}

/** Closes a socket when its token expires or is revoked. A new token needs a new socket. */
export function closeWithToken(
  socket: WebSocket,
  caller: Pick<Caller, "expiresAt" | "isRevoked">,
): void {
  const stop = watchToken(caller, (reason) => closeSocket(socket, UNAUTHORIZED, `token ${reason}`));
  socket.once("close", stop);
}
