import { isFinal, type Job } from "./job-table.ts";

type Next = IteratorResult<Job, undefined>;

const OVER: Next = { done: true, value: undefined };

/**
 * The states of one job in time. An iterator of its own, because a generator that waits ends only with its
 * next value, and a client may leave long before.
 */
export class JobUpdates implements AsyncIterableIterator<Job, undefined> {
  readonly id: string;
  readonly #onEnd: () => void;
  #newest: Job;
  #isUnread = true;
  #isEnded = false;
  #waiting: ((next: Next) => void) | undefined;

  constructor(job: Job, onEnd: () => void) {
    this.id = job.id;
    this.#newest = job;
    this.#onEnd = onEnd;
  }

  /** Takes what was read; undefined when the job was removed. */
  offer(job: Job | undefined): void {
    if (job === undefined) void this.return();
    else if (changes(this.#newest, job)) {
      this.#newest = job;
      this.#isUnread = true;
      this.#deliver();
    }
  }

  next(): Promise<Next> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#deliver();
    });
  }

  return(): Promise<Next> {
    if (!this.#isEnded) {
      this.#isEnded = true;
      this.#isUnread = false;
      this.#deliver();
      this.#onEnd();
    }
    return Promise.resolve(OVER);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #deliver(): void {
    const deliver = this.#waiting;
    if (deliver === undefined || !(this.#isUnread || this.#isEnded)) return;
    this.#waiting = undefined;
    if (!this.#isUnread) return deliver(OVER);
    this.#isUnread = false;
    deliver({ done: false, value: this.#newest });
    if (isFinal(this.#newest.state)) void this.return();
  }
}

function changes(before: Job, after: Job): boolean {
  const { done, total } = before.progress;
  return (
    after.state !== before.state ||
    after.progress.done !== done ||
    after.progress.total !== total ||
    JSON.stringify(after.result) !== JSON.stringify(before.result)
  );
}
