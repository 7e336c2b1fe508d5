import { untrack } from "svelte";
import { invalidate } from "$app/navigation";
import { UNREACHABLE, type Problem } from "../problems.ts";
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
  const problem = await probe();
  if (problem === undefined) await run();
  return problem;
}

// The client of the graph is not part of a page's first scripts, and may not arrive either.
async function probe(): Promise<Problem | undefined> {
  try {
    const { probeServer } = await import("../graph/probe-server.ts");
    return await probeServer();
  } catch {
    return UNREACHABLE;
  }
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
