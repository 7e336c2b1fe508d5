/** Lets many wait for "something new" without missing what happens between looking and waiting. */
export class WakeSignal {
  #turn = 0;
  readonly #waiting = new Set<() => void>();

  /** Take this before looking; pass it to `next` when there was nothing to see. */
  get turn(): number {
    return this.#turn;
  }

  wake(): void {
    this.#turn += 1;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resume of waiting) resume();
  }

  /** Resolves at once when a wake-up came after `seen`, else at the next one, when aborted or when time is up. */
  next(seen: number, abort: AbortSignal, limitMs?: number): Promise<void> {
    if (seen !== this.#turn || abort.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const resume = (): void => {
        this.#waiting.delete(resume);
        abort.removeEventListener("abort", resume);
        clearTimeout(timer);
        resolve();
      };
      const timer = limitMs === undefined ? undefined : setTimeout(resume, limitMs);
      this.#waiting.add(resume);
      abort.addEventListener("abort", resume, { once: true });
    });
  }
}
