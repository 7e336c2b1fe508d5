import { AppError } from "@allfunds/contract/errors";
import type { Caller } from "@allfunds/platform/auth";
import type { WebSocket } from "ws";

/** Limits the open sockets of each caller. */
export class SocketLimit {
  readonly #most: number;
  readonly #open = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Counts a socket until it closes. Throws RATE_LIMITED when its caller has too many. */
  admit(socket: WebSocket, { tenantId, clientId, subject }: Caller): void {
    const key = JSON.stringify([tenantId, clientId, subject]);
    const open = (this.#open.get(key) ?? 0) + 1;
    if (open > this.#most) {
      throw new AppError(
        "RATE_LIMITED",
        `At most ${this.#most} sockets may be open at a time. Close one first.`,
      );
    }
    this.#open.set(key, open);
    socket.once("close", () => {
      const left = (this.#open.get(key) ?? 1) - 1;
      if (left === 0) this.#open.delete(key);
      else this.#open.set(key, left);
    });
  }
}
