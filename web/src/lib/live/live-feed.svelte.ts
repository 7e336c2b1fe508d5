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

/** A document that the page shows. */
interface Shown {
  readonly query: Query;
  readonly listener: ReadListener;
  stop: () => void;
}

/** The page's live connection: publishes its state, the posted transactions, and documents that follow them. */
export class LiveFeed {
  state = $state<LiveState>("idle");
  /** When the server last showed that it was there; milliseconds since 1970. */
  confirmedAt = $state<number>();
  #url: string;
  #connecting: Promise<LivePostings> | undefined;
  #postings: LivePostings | undefined;
  #loading: Promise<PageGraph> | undefined;
  #beginning: Promise<PageGraph> | undefined;
  /** Has the documents of the page since the first posting arrived. */
  #graph: PageGraph | undefined;
  readonly #shown = new Set<Shown>();
  /** Postings that arrived while the documents were taken into the graph. */
  #waiting: readonly LiveTransaction[] = [];
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
    let isOver = false;
    void this.#connecting.then((postings) => {
      if (!isOver) following.unsubscribe = postings.subscribe(fundId);
    });
    return () => {
      isOver = true;
      this.#following.delete(following);
      clearTimeout(following.restart);
      following.unsubscribe();
    };
  }

  /**
   * Shows a document, which then follows postings, until the returned function is called. What the server brought is
   * on the page already: the graph takes it when there is something to add.
   */
  read(query: Query, listener: ReadListener): () => void {
    const shown: Shown = { query, listener, stop: () => {} };
    this.#shown.add(shown);
    this.#loading ??= this.#load();
    if (this.#graph !== undefined) void this.#showIn(this.#graph, shown);
    // What arrived before may be missing in what the server brought.
    else if (this.#beginning === undefined) this.#take(this.#postings?.recent ?? []);
    return () => {
      this.#shown.delete(shown);
      shown.stop();
    };
  }

  /** Reads all shown documents again, soon and not too often. */
  refresh(): void {
    this.#soon.request();
  }

  #take(postings: readonly LiveTransaction[]): void {
    if (this.#graph !== undefined) return this.#graph.take(postings);
    if (this.#shown.size === 0 || postings.length === 0) return;
    this.#waiting = [...this.#waiting, ...postings];
    this.#beginning ??= this.#begin();
  }

  /** Takes the page's documents into the graph, and then the postings that wait for it. */
  async #begin(): Promise<PageGraph> {
    const graph = await (this.#loading ??= this.#load());
    for (const shown of this.#shown) await this.#showIn(graph, shown);
    this.#graph = graph;
    this.#postings?.check(this.#waiting);
    graph.take(this.#waiting);
    this.#waiting = [];
    return graph;
  }

  // One document in each task: a press between them does not wait for all.
  async #showIn(graph: PageGraph, shown: Shown): Promise<void> {
    await nextTask();
    if (!this.#shown.has(shown)) return;
    const { query, listener } = shown;
    const onOutdated = () => this.#refreshSlowly(query.name);
    shown.stop = graph.read({ ...query, onOutdated }, listener);
  }

  async #connect(): Promise<LivePostings> {
    const { LivePostings } = await this.#arrival(() => import("./live-postings.ts"));
    this.#postings = new LivePostings(this.#url, this.#events());
    return this.#postings;
  }

  // Pages without documents that follow postings do not need it.
  async #load(): Promise<PageGraph> {
    const { PageGraph } = await this.#arrival(() => import("./page-graph.ts"));
    return new PageGraph();
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
        this.#take(postings);
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
    void this.#refreshShown();
    for (const { listener } of this.#following) listener.onGap();
  }

  async #refreshShown(): Promise<void> {
    if (this.#shown.size === 0) return;
    this.#beginning ??= this.#begin();
    (await this.#beginning).refresh();
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
