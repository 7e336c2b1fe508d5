/** Holds back a test subgraph's answers while it is closed. */
export class Gate {
  #opened: Promise<void> | undefined;
  #open: (() => void) | undefined;

  close(): void {
    this.#opened ??= new Promise((resolve) => (this.#open = resolve));
  }

  open(): void {
    this.#open?.();
    this.#opened = undefined;
  }

  /** Resolves at once while it is open. */
  async passed(): Promise<void> {
    await this.#opened;
  }
}
