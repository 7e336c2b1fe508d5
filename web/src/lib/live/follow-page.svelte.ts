import { untrack } from "svelte";
import { invalidate } from "$app/navigation";
import { useLiveFeed, type LiveTransaction } from "./live-feed.svelte.ts";
import { refreshSoon } from "./refresh-soon.ts";

export interface PageFollowing {
  /** The fund whose postings change the page; undefined for all of them. */
  readonly fundId: () => string | undefined;
  /** The dependency of the page's data, invalidated after postings. */
  readonly depends: string;
  readonly atMostEveryMs: number;
  /** Shows the transaction before the refreshed data arrives. */
  readonly onTransaction?: (transaction: LiveTransaction) => void;
}

/** Refreshes a page's data after postings while the page is shown. Call it during component setup. */
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
