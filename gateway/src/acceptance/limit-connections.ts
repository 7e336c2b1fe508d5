import { AppError } from "@allfunds/contract/errors";
import type { Caller } from "@allfunds/platform/auth";

/** A connection that stays open, such as a socket or a stream. */
interface Connection {
  once(event: "close", listener: () => void): unknown;
}

/** Limits the open sockets and streams of each caller. */
export class ConnectionLimit {
  readonly #most: number;
  readonly #open = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Counts a socket until it closes. Throws RATE_LIMITED when its caller has too many. */
  admit(socket: Connection, { tenantId, clientId, subject }: Caller): void {
    const key = JSON.stringify([tenantId, clientId, subject]);
    const open = (this.#open.get(key) ?? 0) + 1;
    if (open > this.#most) {
      throw new AppError(
        "RATE_LIMITED",
        `At most ${this.#most} sockets and streams may be open at a time. Close one first.`,
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
