import { getContext, setContext } from "svelte";
import { subscriptionStore } from "@urql/svelte";
import type { Client } from "@urql/core";
import { TRANSACTION_POSTED, type LiveTransaction } from "../graph/transactions.ts";
import { backOffMs, createLiveClient } from "./live-client.ts";

export type LiveState = "idle" | "connecting" | "live" | "reconnecting";

export interface LiveListener {
  onTransaction(transaction: LiveTransaction): void;
  /** Messages may have been missed: read again what is shown. */
  onGap(): void;
}

interface Following {
  fundId: string | undefined;
  listener: LiveListener;
  unsubscribe: () => void;
  restart: ReturnType<typeof setTimeout> | undefined;
}

/** The page's line to the gateway: says how it stands and hands on what is posted. */
export class LiveFeed {
  state = $state<LiveState>("idle");
  #url: string;
  #client: Client | undefined;
  #following = new Set<Following>();
  #wasConnected = false;
  #endings = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /** Follows one fund, or all of them without an id, until the returned function is called. */
  follow(fundId: string | undefined, listener: LiveListener): () => void {
    const following: Following = { fundId, listener, unsubscribe: () => {}, restart: undefined };
    this.#following.add(following);
    if (this.state === "idle") this.state = "connecting";
    this.#subscribe(following);
    return () => {
      this.#following.delete(following);
      clearTimeout(following.restart);
      following.unsubscribe();
    };
  }

  #subscribe(following: Following): void {
    const store = subscriptionStore({
      client: this.#connect(),
      query: TRANSACTION_POSTED,
      variables: following.fundId === undefined ? {} : { fundId: following.fundId },
    });
    following.unsubscribe = store.subscribe(({ data, error }) => {
      // A message with gaps says that something happened; reading the page again fills them.
      if (data && !error) following.listener.onTransaction(data.transactionPosted);
      else if (data) following.listener.onGap();
    });
  }

  #connect(): Client {
    this.#client ??= createLiveClient(this.#url, {
      onConnected: () => this.#connected(),
      onClosed: () => {
        if (this.#following.size > 0) this.state = "reconnecting";
        else this.state = "idle";
      },
      onEnded: () => this.#ended(),
    }).client;
    return this.#client;
  }

  #connected(): void {
    this.state = "live";
    this.#endings = 0;
    if (this.#wasConnected) for (const { listener } of this.#following) listener.onGap();
    this.#wasConnected = true;
  }

  #ended(): void {
    if (this.#following.size === 0) return;
    this.state = "reconnecting";
    const delay = backOffMs(this.#endings++);
    for (const following of this.#following) {
      clearTimeout(following.restart);
      following.restart = setTimeout(() => {
        following.unsubscribe();
        this.#subscribe(following);
        this.state = "live";
        following.listener.onGap();
      }, delay);
    }
  }
}

const KEY = Symbol("live feed");

export function provideLiveFeed(url: string): LiveFeed {
  return setContext(KEY, new LiveFeed(url));
}

export function useLiveFeed(): LiveFeed {
  return getContext<LiveFeed>(KEY);
}
