import type { WebSocket } from "ws";
import { closeSocket, UNAUTHORIZED } from "./close-socket.ts";

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Closes a socket when the token it was opened with ends; a new token needs a new socket. */
export function endWithToken(socket: WebSocket, expiresAt: Date): void {
  const leftMs = Math.max(0, expiresAt.getTime() - Date.now());
  const timer = setTimeout(
    () => closeSocket(socket, UNAUTHORIZED, "token expired"),
    Math.min(leftMs, LONGEST_TIMER_MS),
  ).unref();
  socket.once("close", () => clearTimeout(timer));
}
