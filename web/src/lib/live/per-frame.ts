/** Longest wait where nothing is painted, as in a page in the background. */
const HIDDEN_MS = 1_000;
/** After items were shown, the page has so many times as long for everything else, but no longer than a reader waits. */
const REST_SHARE = 10;
const LONGEST_REST_MS = 500;

/** How a page waits: for its next frame, or for a time. Both return a function that cancels. */
export interface Pace {
  readonly frame: (run: () => void) => () => void;
  readonly later: (run: () => void, ms: number) => () => void;
  /** Milliseconds. */
  readonly now: () => number;
}

const browserPace: Pace = {
  frame: (run) => {
    const handle = requestAnimationFrame(run);
    return () => cancelAnimationFrame(handle);
  },
  later: (run, ms) => {
    const handle = setTimeout(run, ms);
    return () => clearTimeout(handle);
  },
  now: () => performance.now(),
};

/**
 * Hands items over in batches: the first ones with the next frame that the page paints, later ones in so many frames
 * that scrolling and typing stay smooth, however long a batch takes to be shown.
 */
export function perFrame<Item>(
  handOver: (items: readonly Item[]) => void,
  pace: Pace = browserPace,
): { readonly add: (item: Item) => void; readonly stop: () => void } {
  let waiting: Item[] = [];
  let cancel: (() => void) | undefined;
  const schedule = () => {
    const cancelFrame = pace.frame(run);
    const cancelLater = pace.later(run, HIDDEN_MS);
    cancel = () => {
      cancelFrame();
      cancelLater();
    };
  };
  const run = () => {
    cancel?.();
    const items = waiting;
    waiting = [];
    const startedAt = pace.now();
    // A task that begins in a frame runs after that frame was painted.
    cancel = pace.later(() => rest(pace.now() - startedAt), 0);
    handOver(items);
  };
  const rest = (tookMs: number) => {
    cancel = pace.later(
      () => {
        cancel = undefined;
        if (waiting.length > 0) schedule();
      },
      Math.min(tookMs * REST_SHARE, LONGEST_REST_MS),
    );
  };
  return {
    add: (item) => {
      waiting.push(item);
      if (cancel === undefined) schedule();
    },
    stop: () => {
      cancel?.();
      cancel = undefined;
      waiting = [];
    },
  };
}
