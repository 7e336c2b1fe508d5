import type { Client as SocketClient } from "graphql-ws";
import { connectLive, type ConnectionEvents } from "./live-client.ts";
import { TransactionPostedText } from "./live-texts.generated.ts";
import type { LiveTransaction } from "./patches.ts";
import { perFrame } from "./per-frame.ts";
import type { TransactionPostedSubscription } from "../graph/graph-types.generated.ts";

/** Postings kept for data that were on their way when the postings arrived. */
const MOST_RECENT = 200;

/** Up to where in a fund's book something reaches. */
export interface Reach {
  readonly fundId: string;
  readonly position: number;
}

/** What the live connection of a page reports. */
export interface PostingEvents extends ConnectionEvents {
  /** Up to where the data reach that the page shows. */
  readonly reached: () => readonly Reach[];
  /** Postings of one frame, in order. */
  readonly onPosted: (postings: readonly LiveTransaction[]) => void;
  /** Postings may have been missed. */
  readonly onMissed: () => void;
}

/** The postings that arrive at an open page, handed over once for each frame that it paints. */
export class LivePostings {
  readonly #socket: SocketClient;
  readonly #events: PostingEvents;
  readonly #arrived = perFrame<LiveTransaction>((postings) => this.#handOver(postings));
  #recent: readonly LiveTransaction[] = [];

  constructor(url: string, events: PostingEvents) {
    this.#socket = connectLive(url, events);
    this.#events = events;
  }

  /** The newest postings that were handed over, in order. */
  get recent(): readonly LiveTransaction[] {
    return this.#recent;
  }

  /** Subscribes to the postings of one fund, or of all, until the returned function is called. */
  subscribe(fundId: string | undefined): () => void {
    // What the page ends itself is completed, too, and nothing to begin again.
    let isOver = false;
    const ended = () => {
      if (!isOver) this.#events.onEnded();
    };
    const end = this.#socket.subscribe<TransactionPostedSubscription>(
      { query: TransactionPostedText, variables: fundId === undefined ? {} : { fundId } },
      {
        next: ({ data, errors = [] }) => {
          if (isOver) return;
          if (data) this.#arrived.add(data.transactionPosted);
          // A message with errors lacks fields, which only a new answer has.
          if (!data || errors.length > 0) this.#events.onMissed();
        },
        error: ended,
        complete: ended,
      },
    );
    return () => {
      isOver = true;
      end();
    };
  }

  /** Reports when something is missing between what the page shows and postings that it takes later. */
  check(postings: readonly LiveTransaction[]): void {
    if (isMissedBefore(postings.map(reachOf), this.#events.reached())) this.#events.onMissed();
  }

  #handOver(postings: readonly LiveTransaction[]): void {
    const known = [...this.#events.reached(), ...this.#recent.map(reachOf)];
    const missed = isMissedBefore(postings.map(reachOf), known);
    this.#recent = [...this.#recent, ...postings].slice(-MOST_RECENT);
    this.#events.onPosted(postings);
    if (missed) this.#events.onMissed();
  }
}

const reachOf = ({ fund, position }: LiveTransaction): Reach => ({ fundId: fund.id, position });

/** Whether something is missing before one of the postings, which are in order. */
export function isMissedBefore(postings: readonly Reach[], known: readonly Reach[]): boolean {
  const reached = new Map<string, number>();
  for (const { fundId, position } of known) {
    reached.set(fundId, Math.max(reached.get(fundId) ?? 0, position));
  }
  return postings.some(({ fundId, position }) => {
    const last = reached.get(fundId) ?? 0;
    reached.set(fundId, Math.max(last, position));
    return last > 0 && position > last + 1;
  });
}
