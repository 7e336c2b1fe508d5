export interface SoonRefresher {
  readonly request: () => void;
  readonly stop: () => void;
}

/** Calls `refresh` at most once per interval: at once after a pause, else at the interval's end. */
export function refreshSoon(refresh: () => void, intervalMs: number): SoonRefresher {
  let lastAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    request: () => {
      if (timer !== undefined) return;
      const delay = Math.max(0, lastAt + intervalMs - performance.now());
      timer = setTimeout(() => {
        timer = undefined;
        lastAt = performance.now();
        refresh();
      }, delay);
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
