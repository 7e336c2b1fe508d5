import { readPositions } from "@allfunds/platform/book-positions";
import type { LifeOfParts, SubgraphAnswer } from "../subgraphs/subgraph-request.ts";
import { LONGEST_LIFE_MS, type StoredAnswer } from "./answer-store.ts";
import { type CacheHint, readCacheControl } from "./cache-hint.ts";

type Positions = StoredAnswer["positions"];

/** How long a whole answer may be shown, to whom, and what it includes. */
export type WholeLife = Omit<StoredAnswer, "json" | "epoch"> & Pick<CacheHint, "scope">;

/**
 * Collects how long the whole answer to a query may be shown: as long as the first of its parts, to the fewest
 * callers. A part that may not be kept, or has errors, keeps the whole from being kept.
 */
export class AnswerLife implements LifeOfParts {
  readonly isKept: boolean;
  #mayBeKept = true;
  #isNoted = false;
  #scope: CacheHint["scope"] = "PUBLIC";
  #freshUntil = Infinity;
  #shownUntil = Infinity;
  /** When the read of its oldest part began, in milliseconds since 1970. */
  #readAt = Date.now();
  /** Of each book the oldest position; undefined once a part has named no book. */
  #positions: Map<string, number> | undefined = new Map();

  /** `isKept`: the whole is to be kept, and not only whether it may be. */
  constructor(isKept: boolean) {
    this.isKept = isKept;
  }

  fetched(answer: SubgraphAnswer): void {
    const hint = readCacheControl(answer.sent?.cacheControl);
    if (hint === undefined || answer.errors !== undefined) this.#mayBeKept = false;
    else this.#note(Date.now(), hint, hint.scope, positionsIn(answer));
  }

  kept(part: Omit<StoredAnswer, "json" | "epoch">, scope: CacheHint["scope"]): void {
    this.#readAt = Math.min(this.#readAt, part.readAt);
    this.#note(part.storedAt, part, scope, part.positions);
  }

  /** Undefined when the whole may not be kept. */
  get whole(): WholeLife | undefined {
    const storedAt = Date.now();
    const maxAgeMs = this.#freshUntil - storedAt;
    if (!this.#mayBeKept || !this.#isNoted || maxAgeMs <= 0) return undefined;
    return {
      storedAt,
      readAt: this.#readAt,
      maxAgeMs,
      staleMs: Math.max(0, this.#shownUntil - this.#freshUntil),
      scope: this.#scope,
      positions: [...(this.#positions ?? [])],
    };
  }

  #note(
    since: number,
    { maxAgeMs, staleMs }: Pick<CacheHint, "maxAgeMs" | "staleMs">,
    scope: CacheHint["scope"],
    positions: Positions,
  ): void {
    this.#isNoted = true;
    const ageMs = Math.min(maxAgeMs, LONGEST_LIFE_MS);
    this.#freshUntil = Math.min(this.#freshUntil, since + ageMs);
    this.#shownUntil = Math.min(
      this.#shownUntil,
      since + Math.min(ageMs + staleMs, LONGEST_LIFE_MS),
    );
    if (scope === "PRIVATE") this.#scope = scope;
    if (positions.length === 0) this.#positions = undefined;
    for (const [book, position] of positions)
      this.#positions?.set(book, Math.min(position, this.#positions.get(book) ?? position));
  }
}

/** The positions of books that an answer includes; none when the header is malformed. */
export function positionsIn({ sent }: SubgraphAnswer): Positions {
  try {
    return sent?.positions === undefined ? [] : [...readPositions(sent.positions)];
  } catch {
    return [];
  }
}
