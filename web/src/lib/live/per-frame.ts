/** Longest wait where nothing is painted, as in a page in the background. */
const HIDDEN_MS = 1_000;

/** How a page waits: for its next frame, or for a time. Both return a function that cancels. */
export interface Pace {
  readonly frame: (run: () => void) => () => void;
  readonly later: (run: () => void, ms: number) => () => void;
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
};

/** Hands items over in batches, at most one for each frame that the page paints. */
export function perFrame<Item>(
  handOver: (items: readonly Item[]) => void,
  pace: Pace = browserPace,
): { readonly add: (item: Item) => void; readonly stop: () => void } {
  let waiting: Item[] = [];
  let cancel: (() => void) | undefined;
  const run = () => {
    cancel?.();
    cancel = undefined;
    const items = waiting;
    waiting = [];
    handOver(items);
  };
  return {
    add: (item) => {
      waiting.push(item);
      if (cancel !== undefined) return;
      const cancelFrame = pace.frame(run);
      const cancelLater = pace.later(run, HIDDEN_MS);
      cancel = () => {
        cancelFrame();
        cancelLater();
      };
    },
    stop: () => {
      cancel?.();
      cancel = undefined;
      waiting = [];
    },
  };
}
