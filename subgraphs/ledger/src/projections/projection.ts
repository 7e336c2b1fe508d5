import type { DatabaseClient } from "@allfunds/platform/database";
import type { BookId } from "../engine/book.ts";

/** A read model that follows the books. It can always be dropped and made again from the log. */
export interface Projection {
  readonly name: string;
  /** It moves by this many positions at a time; 1 when it can stop anywhere. */
  readonly step: number;
  /** It takes in at most this many positions in one transaction, up to a multiple of it, so that each is short. */
  readonly most: number;
  /** Takes in what was recorded after `from`, up to and including `to`. */
  project(
    client: DatabaseClient,
    book: BookId,
    generation: number,
    from: number,
    to: number,
  ): Promise<void>;
  /** Removes a generation that is no longer read. */
  drop(client: DatabaseClient, book: BookId, generation: number): Promise<void>;
}

/** What a read model takes in next: everything after `from`, up to and including `to`. */
export interface Step {
  readonly from: number;
  readonly to: number;
  /** Positions that are left for it after this step. */
  readonly left: number;
}

/** The next step of a read model that is at `from` in a book that ends at `head`; undefined when there is none. */
export function stepOf(
  { step, most }: Pick<Projection, "step" | "most">,
  from: number,
  head: number,
): Step | undefined {
  const reachable = Math.floor(head / step) * step;
  const to = Math.min(reachable, (Math.floor(from / most) + 1) * most);
  return to <= from ? undefined : { from, to, left: reachable - to };
}
