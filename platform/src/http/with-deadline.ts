/**
 * Runs work with a signal that aborts with a TimeoutError after `limitMs`, or with the reason of `ended`.
 * Its timer ends with the work. Timers of `AbortSignal.timeout` would stay, thousands on a busy service.
 */
export async function withDeadline<Result>(
  limitMs: number,
  ended: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(tooLate()), limitMs).unref();
  const end = (): void => deadline.abort(ended?.reason);
  if (ended?.aborted === true) end();
  else ended?.addEventListener("abort", end);
  try {
    return await work(deadline.signal);
  } finally {
    clearTimeout(timer);
    ended?.removeEventListener("abort", end);
  }
}

/** The reason of what ends by its time limit. */
export const tooLate = (): DOMException =>
  new DOMException("The operation did not end in time.", "TimeoutError");
