import type { BookId } from "../engine/book.ts";
import type { FeedEvent } from "../feed/feed-page.ts";

/** The last event of a book that a broker has. */
export interface SinkEnd {
  readonly position: number;
  readonly type: string;
  /** RFC 3339 in UTC. */
  readonly recordedAt: string;
}

/** Why nothing can be published now, for operators. */
export type SinkFault =
  | "NOT_REACHABLE"
  | "SIGN_IN_REFUSED"
  | "NOT_AUTHORIZED"
  | "TLS_REQUIRED"
  | "CERTIFICATE_EXPIRED"
  | "CERTIFICATE_NOT_TRUSTED"
  | "ANOTHER_PUBLISHES";

/** Another instance has the place of this one for now. */
export class AnotherPublishes extends Error {
  constructor() {
    super("another instance publishes");
  }
}

/** A broker that keeps the events of each book in order, each once: under its position. */
export interface EventSink {
  /** For figures and the service's log. */
  readonly name: string;
  /** The last event of a book that it has; undefined when it has none. */
  end(book: BookId): Promise<SinkEnd | undefined>;
  /** Appends successive events of a book. Those that it has change nothing; throws when some before them are missing. */
  append(book: BookId, events: readonly FeedEvent[]): Promise<void>;
  /** Calls the listener each time the connection is lost: behind it the broker may have less. */
  onLost(listener: () => void): void;
  /** What an error of it is the fault of. */
  faultOf(error: unknown): SinkFault;
  close(): Promise<void>;
}

/** Whether the broker holds another history of a book: its last event differs from the log's at that position. */
export const isOfAnotherLog = (
  end: SinkEnd,
  logged: Pick<SinkEnd, "type" | "recordedAt"> | undefined,
): boolean => logged?.type !== end.type || logged.recordedAt !== end.recordedAt;
