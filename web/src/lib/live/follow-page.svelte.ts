import { untrack } from "svelte";
import { invalidate } from "$app/navigation";
import type { LiveTransaction } from "../graph/transactions.ts";
import { useLiveFeed } from "./live-feed.svelte.ts";
import { refreshSoon } from "./refresh-soon.ts";

export interface PageFollowing {
  /** The fund whose postings change the page; undefined for all of them. */
  readonly fundId: () => string | undefined;
  /** What the page's data depends on, read again after postings. */
  readonly depends: string;
  readonly atMostEveryMs: number;
  /** Shown at once, while the data is on its way. */
  readonly onTransaction?: (transaction: LiveTransaction) => void;
}

/** Keeps a page's data up with the books for as long as it is shown. To be called as it is set up. */
export function followPage({ fundId, depends, atMostEveryMs, onTransaction }: PageFollowing): void {
  const feed = useLiveFeed();
  $effect(() => {
    const followed = fundId();
    const refresh = refreshSoon(() => void invalidate(depends), atMostEveryMs);
    const unfollow = untrack(() =>
      feed.follow(followed, {
        onTransaction: (transaction) => {
          onTransaction?.(transaction);
          refresh.request();
        },
        onGap: refresh.request,
      }),
    );
    return () => {
      unfollow();
      refresh.stop();
    };
  });
}
