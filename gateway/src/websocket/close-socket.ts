import { AppError } from "@allfunds/platform";
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

/** Closes a socket whose introduction was refused. */
export function closeRefused(socket: WebSocket, error: unknown): void {
  if (!(error instanceof AppError)) return closeSocket(socket, TRY_AGAIN_LATER, "Try again later");
  switch (error.code) {
    case "UNAUTHENTICATED":
      return closeSocket(socket, UNAUTHORIZED, "Unauthorized");
    case "RATE_LIMITED":
      return closeSocket(socket, TOO_MANY, "Too many sockets");
    case "INVALID_INPUT":
      return closeSocket(socket, BAD_REQUEST, "Invalid headers");
    default:
      return closeSocket(socket, TRY_AGAIN_LATER, "Try again later");
  }
}
