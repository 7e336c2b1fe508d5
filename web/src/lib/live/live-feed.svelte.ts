import { getContext, setContext, untrack } from "svelte";
import { backOffMs } from "./back-off.ts";
import type { LiveTransaction } from "./patches.ts";
import type { LivePostings, PostingEvents } from "./live-postings.ts";
import type { PageGraph, ReadListener } from "./page-graph.ts";
import { refreshSoon } from "./refresh-soon.ts";
import type { ShownName } from "./shown-documents.ts";

// A connection that ends sooner was not closed because its token expired.
const SHORTEST_CONNECTION_MS = 2_000;
const RENEWAL_GRACE_MS = 3_000;
const SUBSCRIBED_MS = 1_500;
const REFRESH_INTERVAL_MS = 2_000;
/** What postings do not bring themselves (forecasts, insights) is at most so old. */
const SLOW_REFRESH_MS = 60_000;
/** The first paint goes first, but not for long. */
const IDLE_TIMEOUT_MS = 1_000;

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

type Query = Omit<Parameters<PageGraph["read"]>[0], "onOutdated">;

/** The page's live connection: publishes its state, the posted transactions, and documents that follow them. */
export class LiveFeed {
  state = $state<LiveState>("idle");
  /** When the server last showed that it was there; milliseconds since 1970. */
  confirmedAt = $state<number>();
  #url: string;
  #connecting: Promise<LivePostings> | undefined;
  #postings: LivePostings | undefined;
  #loading: Promise<PageGraph> | undefined;
  #graph: PageGraph | undefined;
  #turn: Promise<void> = Promise.resolve();
  #following = new Set<Following>();
  #wasConnected = false;
  #endings = 0;
  #connectedAt: number | undefined;
  #renewing: ReturnType<typeof setTimeout> | undefined;
  #secondRefresh: ReturnType<typeof setTimeout> | undefined;
  #outdated = new Set<ShownName>();
  #onSignedOut: () => void;
  readonly #soon = refreshSoon(() => this.#refreshAll(), REFRESH_INTERVAL_MS);

  constructor(url: string, onSignedOut: () => void) {
    this.#url = url;
    this.#onSignedOut = onSignedOut;
  }

  /** Follows one fund, or all funds without an id, until the returned function is called. */
  follow(fundId: string | undefined, listener: LiveListener): () => void {
    const following: Following = { fundId, listener, unsubscribe: () => {}, restart: undefined };
    this.#following.add(following);
    // An effect that follows must not begin again with every change of the state.
    if (untrack(() => this.state) === "idle") this.state = "connecting";
    this.#connecting ??= this.#connect();
    const stop = this.#when(this.#connecting, (postings) => {
      following.unsubscribe = postings.subscribe(fundId);
      return () => following.unsubscribe();
    });
    return () => {
      this.#following.delete(following);
      clearTimeout(following.restart);
      stop();
    };
  }

  /** Shows a document, which then follows postings, until the returned function is called. */
  read(query: Query, listener: ReadListener): () => void {
    const { name } = query;
    this.#loading ??= this.#load();
    return this.#when(this.#loading, (graph) =>
      graph.read({ ...query, onOutdated: () => this.#refreshSlowly(name) }, listener),
    );
  }

  /** Reads all shown documents again, soon and not too often. */
  refresh(): void {
    this.#soon.request();
  }

  #when<Part>(loading: Promise<Part>, start: (part: Part) => () => void): () => void {
    let stop: (() => void) | undefined;
    let isOver = false;
    void (async () => {
      const part = await loading;
      // One document in each task: a press between them does not wait for all.
      this.#turn = this.#turn.then(nextTask);
      await this.#turn;
      if (!isOver) stop = start(part);
    })();
    return () => {
      isOver = true;
      stop?.();
    };
  }

  async #connect(): Promise<LivePostings> {
    const { LivePostings } = await this.#arrival(() => import("./live-postings.ts"));
    this.#postings = new LivePostings(this.#url, this.#events());
    return this.#postings;
  }

  // Pages without documents that follow postings do not need the cache.
  async #load(): Promise<PageGraph> {
    const { PageGraph } = await this.#arrival(() => import("./page-graph.ts"));
    this.#graph = new PageGraph(this.#postings?.recent ?? []);
    return this.#graph;
  }

  // Both come after the first paint, which does not need them.
  async #arrival<Module>(read: () => Promise<Module>): Promise<Module> {
    await idle();
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await read();
      } catch {
        this.state = "reconnecting";
        await new Promise((resolve) => setTimeout(resolve, backOffMs(attempt)));
      }
    }
  }

  #events(): PostingEvents {
    return {
      onConnected: () => this.#connected(),
      onClosed: (expired) => this.#closed(expired),
      onRenewing: () => this.#renew(),
      onSignedOut: this.#onSignedOut,
      onConfirmed: () => {
        this.confirmedAt = Date.now();
      },
      onEnded: () => this.#ended(),
      reached: () => this.#graph?.reached ?? [],
      onPosted: (postings) => {
        this.#graph?.take(postings);
        for (const { fundId, listener } of this.#following) {
          for (const posted of postings) {
            if (fundId === undefined || posted.fund.id === fundId) listener.onTransaction(posted);
          }
        }
      },
      onMissed: () => this.refresh(),
    };
  }

  #refreshAll(): void {
    this.#graph?.refresh();
    for (const { listener } of this.#following) listener.onGap();
  }

  #refreshSlowly(name: ShownName): void {
    this.#outdated.add(name);
    if (this.#outdated.size > 1) return;
    setTimeout(() => {
      const outdated = this.#outdated;
      this.#outdated = new Set();
      this.#graph?.refresh((shown) => outdated.has(shown));
    }, SLOW_REFRESH_MS);
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
    this.#refreshAll();
    clearTimeout(this.#secondRefresh);
    this.#secondRefresh = setTimeout(() => this.#refreshAll(), SUBSCRIBED_MS);
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
    following.unsubscribe = this.#postings?.subscribe(following.fundId) ?? (() => {});
    // Otherwise the connection is being reopened, and #connected sets the state.
    if (this.#connectedAt === undefined) return;
    this.state = "live";
    this.#catchUp();
  }
}

function idle(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === "undefined") setTimeout(resolve, 0);
    else requestIdleCallback(() => resolve(), { timeout: IDLE_TIMEOUT_MS });
  });
}

const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

const KEY = Symbol("live feed");

export function provideLiveFeed(url: string, onSignedOut: () => void): LiveFeed {
  return setContext(KEY, new LiveFeed(url, onSignedOut));
}

export function useLiveFeed(): LiveFeed {
  return getContext<LiveFeed>(KEY);
}
