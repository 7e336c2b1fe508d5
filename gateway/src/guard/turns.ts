import { shuttingDown } from "@allfunds/contract/errors";

interface Waiting {
  readonly begin: () => void;
  readonly refuse: (reason: Error) => void;
}

/**
 * Has long synchronous work begin once for each turn of the event loop. Requests that arrive together would otherwise be
 * worked on in one turn, and timers, probes and every other request would wait for all of them.
 */
export class Turns {
  #waiting: Waiting[] = [];
  #isClosed = false;

  /** Resolves when it is the caller's turn; rejects with SHUTTING_DOWN from the end on. */
  next(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(shuttingDown());
      this.#waiting.push({ begin: resolve, refuse: reject });
      if (this.#waiting.length === 1) setImmediate(this.#turn);
    });
  }

  /** Refuses everything that waits: worked off one after the other it would outlast the stop of the process. */
  close(): void {
    this.#isClosed = true;
    for (const { refuse } of this.#waiting.splice(0)) refuse(shuttingDown());
  }

  readonly #turn = (): void => {
    this.#waiting.shift()?.begin();
    if (this.#waiting.length > 0) setImmediate(this.#turn);
  };
}
