import { untrack } from "svelte";
import { invalidate } from "$app/navigation";
import { FundNamesDocument } from "../graph/graph-types.generated.ts";
import { sendPageQuery } from "../graph/page-request.ts";
import type { Problem } from "../problems.ts";
import { useLiveFeed } from "./live-feed.svelte.ts";
import type { LiveTransaction } from "./patches.ts";

export interface PageFollowing {
  /** The fund whose postings change the page; undefined for all of them. */
  readonly fundId: () => string | undefined;
  /** The dependency of the page's data. */
  readonly depends: string;
  readonly onTransaction: (transaction: LiveTransaction) => void;
}

/**
 * Runs a refresh of the page's data after the server was tried: an answer that fails would replace the page.
 * Returns why nothing was refreshed.
 */
export async function tryRefresh(run: () => Promise<void>): Promise<Problem | undefined> {
  const { data, problems } = await sendPageQuery(FundNamesDocument, {});
  if (data === null) return problems[0];
  await run();
  return undefined;
}

/**
 * Refreshes a page's data when postings may have been missed. Make it during component setup.
 */
export class PageRefresh {
  failure = $state.raw<Problem>();
  readAt = $state<number>();

  constructor({ fundId, depends, onTransaction }: PageFollowing) {
    const feed = useLiveFeed();
    const refresh = async () => {
      this.failure = await tryRefresh(() => invalidate(depends));
      if (this.failure === undefined) this.readAt = Date.now();
    };
    $effect(() => {
      const followed = fundId();
      untrack(() => {
        this.readAt ??= Date.now();
      });
      return feed.follow(followed, { onTransaction, onGap: () => void refresh() });
    });
  }
}
