import { AppError } from "@allfunds/contract/errors";

// The longest delay of setTimeout; no token lives as long.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Yields a subscription's events until its token expires. Then it throws UNAUTHENTICATED, also while no
 * event comes, and ends the source.
 */
export function endWithToken<Event>(
  events: AsyncIterable<Event>,
  expiresAt: Date,
): AsyncIterableIterator<Event> {
  const source = events[Symbol.asyncIterator]();
  let state: "open" | "expired" | "ended" = "open";
  let refuse: ((reason: Error) => void) | undefined;

  const expire = (): void => {
    state = "expired";
    void Promise.resolve(source.return?.()).catch(() => undefined);
    if (refuse === undefined) return;
    state = "ended";
    refuse(expired());
  };
  const leftMs = Math.max(expiresAt.getTime() - Date.now(), 0);
  const timer = setTimeout(expire, Math.min(leftMs, LONGEST_TIMER_MS));
  const end = (): void => {
    state = "ended";
    clearTimeout(timer);
  };

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (state === "ended") return { value: undefined, done: true };
      if (state === "expired") {
        state = "ended";
        throw expired();
      }
      return new Promise((resolve, reject) => {
        refuse = reject;
        source.next().then(
          (result) => {
            refuse = undefined;
            if (result.done === true) end();
            resolve(result);
          },
          (error: unknown) => {
            end();
            reject(error);
          },
        );
      });
    },
    async return() {
      end();
      await source.return?.();
      return { value: undefined, done: true };
    },
  };
}

const expired = (): AppError => new AppError("UNAUTHENTICATED", "The access token has expired.");
