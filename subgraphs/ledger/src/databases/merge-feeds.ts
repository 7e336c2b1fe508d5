import { settleAll } from "@allfunds/platform/settle-all";
import type { FeedEvent, FeedPage } from "../feed/feed-page.ts";
import { hashed, isHashed, type FeedPlace, type NamedPlace } from "../feed/feed-place.ts";
import { WakeSignal } from "../feed/wake-signal.ts";
import type { OrderReads } from "../tenancy/order-pool.ts";

type Pages = AsyncGenerator<FeedPage, void, void>;

/** The feed of every tenant in one database. */
interface FeedSource {
  readonly name: string;
  readonly reads: OrderReads;
  readonly after: FeedPlace;
  readonly pages: Pages;
}

/**
 * One feed out of those of several databases. Each page carries the places in all of them. The events of a book stay
 * in order: where it arrived from another database, what follows waits until that one was read up to its departure.
 */
export function mergeFeeds(sources: readonly FeedSource[], fundId: string | undefined): Pages {
  const abort = new AbortController();
  const pages = new Merge(sources, fundId).pages(abort.signal);
  const end = pages.return.bind(pages);
  pages.return = (value) => {
    abort.abort();
    return end(value);
  };
  return pages;
}

const READ_ARRIVALS = `
  SELECT seq, source, source_seq, source_taken FROM feed_arrival
  WHERE seq >= $1 AND seq < $2 AND ($3::uuid IS NULL OR book = $3) ORDER BY seq`;

interface ArrivalRow {
  readonly seq: string;
  readonly source: string;
  readonly source_seq: string;
  readonly source_taken: string;
}

class Merge {
  readonly #sources: readonly FeedSource[];
  readonly #fundId: string | undefined;
  readonly #places: Map<string, FeedPlace>;
  /** Pages that were read and not yet passed on. */
  readonly #read = new Map<FeedSource, FeedPage>();
  readonly #arrived = new WakeSignal();
  #failure: { readonly error: unknown } | undefined;
  #isEnded = false;

  constructor(sources: readonly FeedSource[], fundId: string | undefined) {
    this.#sources = sources;
    this.#fundId = fundId;
    this.#places = new Map(sources.map(({ name, after }) => [name, after]));
  }

  async *pages(abort: AbortSignal): Pages {
    for (const source of this.#sources) this.#pull(source);
    try {
      while (!abort.aborted) {
        const seen = this.#arrived.turn;
        if (this.#failure !== undefined) throw this.#failure.error;
        if (this.#isEnded) return;
        const passed = yield* this.#passOn();
        if (!passed) await this.#arrived.next(seen, abort);
      }
    } finally {
      await settleAll(this.#sources.map(({ pages }) => pages.return()));
    }
  }

  #pull(source: FeedSource): void {
    source.pages.next().then(
      ({ done, value }) => {
        if (done === true) this.#isEnded = true;
        else this.#read.set(source, value);
        this.#arrived.wake();
      },
      (error: unknown) => {
        this.#failure = { error };
        this.#arrived.wake();
      },
    );
  }

  /** Passes on what may be, of each database in turn; false when there was nothing. */
  async *#passOn(): AsyncGenerator<FeedPage, boolean, void> {
    let isAny = false;
    for (const [source, page] of this.#read) {
      const events = await this.#freeEvents(source, page);
      if (events.length === 0 && page.events.length > 0) continue;
      isAny = true;
      const rest = page.events.slice(events.length);
      const place = rest.length === 0 ? page.place : (events.at(-1)?.place ?? page.place);
      this.#places.set(source.name, place);
      if (rest.length === 0) {
        this.#read.delete(source);
        this.#pull(source);
      } else {
        this.#read.set(source, { ...page, events: rest });
      }
      yield this.#combine(source.name, { events, place, full: page.full || rest.length > 0 });
    }
    return isAny;
  }

  /** The events of a page before the first book that goes on too early. */
  async #freeEvents({ name, reads }: FeedSource, page: FeedPage): Promise<readonly FeedEvent[]> {
    if (page.events.length === 0) return [];
    const from = this.#places.get(name)?.seq ?? 0;
    const arrivals = await reads.queryOrder<ArrivalRow>(READ_ARRIVALS, [
      from,
      page.place.seq,
      this.#fundId ?? null,
    ]);
    const gate = arrivals.find((arrival) => !this.#isPast(arrival));
    if (gate === undefined) return page.events;
    const end = page.events.findIndex(({ place }) => place.seq > Number(gate.seq));
    return end === -1 ? page.events : page.events.slice(0, end);
  }

  #isPast({ source, source_seq: seq, source_taken: taken }: ArrivalRow): boolean {
    const place = this.#places.get(source);
    // A database that is no longer configured has nothing more to say.
    if (place === undefined || place.seq > Number(seq)) return true;
    return place.seq === Number(seq) && place.taken >= Number(taken);
  }

  #combine(name: string, { events, place, full }: FeedPage): FeedPage {
    const others = [...this.#places].flatMap(([other, at]): NamedPlace[] =>
      other === name || !isHashed(at) ? [] : [{ name: other, ...at }],
    );
    const beside = (own: FeedPlace): FeedPlace => ({
      ...own,
      among: [{ name, ...hashed(own) }, ...others],
    });
    return {
      events: events.map((event) => event.at({ ...event.place, ...beside(event.place) })),
      place: beside(place),
      full,
    };
  }
}
