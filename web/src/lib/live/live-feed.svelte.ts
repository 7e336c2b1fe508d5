import { getContext, setContext } from "svelte";
import { subscriptionStore } from "@urql/svelte";
import type { Client } from "@urql/core";
import {
  TransactionPostedDocument,
  type TransactionPostedSubscription,
} from "../graph/graph-types.generated.ts";
import { backOffMs, createLiveClient } from "./live-client.ts";

// A connection that ends sooner was not closed because its token expired.
const SHORTEST_CONNECTION_MS = 2_000;
const RENEWAL_GRACE_MS = 3_000;
const SUBSCRIBED_MS = 1_500;

/** What one message of the live feed carries: the transaction, its category and the fund's new figures. */
export type LiveTransaction = TransactionPostedSubscription["transactionPosted"];

export type LiveState = "idle" | "connecting" | "live" | "reconnecting";

export interface LiveListener {
  onTransaction(transaction: LiveTransaction): void;
  /** Messages may have been missed: refresh the page's data. */
  onGap(): void;
}

interface Following {
  fundId: string | undefined;
  listener: LiveListener;
  unsubscribe: () => void;
  restart: ReturnType<typeof setTimeout> | undefined;
}

/** The page's live connection: publishes its state and the posted transactions. */
export class LiveFeed {
  state = $state<LiveState>("idle");
  /** When the server last showed that it was there; milliseconds since 1970. */
  confirmedAt = $state<number>();
  #url: string;
  #client: Client | undefined;
  #following = new Set<Following>();
  #wasConnected = false;
  #endings = 0;
  #connectedAt: number | undefined;
  #renewing: ReturnType<typeof setTimeout> | undefined;
  #secondRefresh: ReturnType<typeof setTimeout> | undefined;
  #onSignedOut: () => void;

  constructor(url: string, onSignedOut: () => void) {
    this.#url = url;
    this.#onSignedOut = onSignedOut;
  }

  /** Follows one fund, or all funds without an id, until the returned function is called. */
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
      query: TransactionPostedDocument,
      variables: following.fundId === undefined ? {} : { fundId: following.fundId },
    });
    following.unsubscribe = store.subscribe(({ data, error }) => {
      // A message with errors lacks fields; a refresh of the page fills them.
      if (data && !error) following.listener.onTransaction(data.transactionPosted);
      else if (data) following.listener.onGap();
    });
  }

  #connect(): Client {
    this.#client ??= createLiveClient(this.#url, {
      onConnected: () => this.#connected(),
      onClosed: (expired) => this.#closed(expired),
      onRenewing: () => this.#renew(),
      onSignedOut: this.#onSignedOut,
      onConfirmed: () => {
        this.confirmedAt = Date.now();
      },
      onEnded: () => this.#ended(),
    }).client;
    return this.#client;
  }

  #connected(): void {
    this.state = "live";
    this.confirmedAt = Date.now();
    this.#endings = 0;
    this.#connectedAt = performance.now();
    this.#stopRenewing();
    if (this.#wasConnected) this.#catchUp();
    this.#wasConnected = true;
  }

  // The server does not confirm a subscription. The second refresh, after it has surely begun, covers
  // what was posted between the first refresh and its beginning.
  #catchUp(): void {
    const refresh = () => {
      for (const { listener } of this.#following) listener.onGap();
    };
    refresh();
    clearTimeout(this.#secondRefresh);
    this.#secondRefresh = setTimeout(refresh, SUBSCRIBED_MS);
  }

  #closed(expired: boolean): void {
    const lasted = performance.now() - (this.#connectedAt ?? performance.now());
    this.#connectedAt = undefined;
    if (this.#following.size === 0) this.state = "idle";
    else if (this.#renewing !== undefined) return;
    else if (expired && lasted > SHORTEST_CONNECTION_MS) this.#renew();
    else this.state = "reconnecting";
  }

  // A connection ends with its token, which is expected: the state stays "live" meanwhile.
  #renew(): void {
    this.#renewing = setTimeout(() => {
      this.#stopRenewing();
      this.state = "reconnecting";
    }, RENEWAL_GRACE_MS);
  }

  #stopRenewing(): void {
    clearTimeout(this.#renewing);
    this.#renewing = undefined;
  }

  #ended(): void {
    if (this.#following.size === 0) return;
    const expected = this.#renewing !== undefined && this.#endings === 0;
    if (!expected) this.state = "reconnecting";
    const delay = expected ? 0 : backOffMs(this.#endings);
    for (const following of this.#following) {
      clearTimeout(following.restart);
      following.restart = setTimeout(() => this.#restart(following), delay);
    }
  }

  #restart(following: Following): void {
    this.#endings += 1;
    following.unsubscribe();
    this.#subscribe(following);
    // Otherwise the connection is being reopened, and #connected sets the state.
    if (this.#connectedAt === undefined) return;
    this.state = "live";
    this.#catchUp();
  }
}

const KEY = Symbol("live feed");

export function provideLiveFeed(url: string, onSignedOut: () => void): LiveFeed {
  return setContext(KEY, new LiveFeed(url, onSignedOut));
}

export function useLiveFeed(): LiveFeed {
  return getContext<LiveFeed>(KEY);
}
