/**
 * Does work that has to end in time, or when `ended` fires. The signal it gets is aborted with a
 * TimeoutError, or with the reason of `ended`. When the work is done nothing is left of it: a timer of
 * `AbortSignal.timeout` would stay for its whole time, thousands of them on a busy service.
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

const tooLate = (): DOMException =>
  new DOMException("The operation did not end in time.", "TimeoutError");
