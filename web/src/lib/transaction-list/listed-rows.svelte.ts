import { SvelteMap } from "svelte/reactivity";
import {
  TransactionMarksDocument,
  TransactionRowsDocument,
  type ListedTransactionFragment,
  type TransactionFilter,
  type TransactionOrder,
} from "../graph/graph-types.generated.ts";
import { sendPageQuery } from "../graph/page-request.ts";
import { UNREACHABLE, type Problem } from "../problems.ts";
import type { RowRange } from "./long-scroll.ts";

/** A list as it was at one position of the book, so that its rows keep their places while it is read. */
export interface FrozenList {
  readonly id: string;
  readonly filter: TransactionFilter;
  readonly order: TransactionOrder;
  readonly knownAt: number;
}

interface Marks {
  readonly count: number;
  readonly isComplete: boolean;
  readonly every: number;
  readonly cursors: readonly string[];
}

const BLOCK = 100;
/** Blocks that are kept: those far from what is seen are read again when they are needed. */
const MOST_KEPT = 40;

interface Connection<Page> {
  readonly fund: { readonly transactions: Page } | null;
}

/** The part of an answer that a page needs whole: a list with gaps would look complete. */
async function read<Page>(
  ...request: Parameters<typeof sendPageQuery>
): Promise<{ page: Page } | { problem: Problem }> {
  const { data, problems } = await sendPageQuery(...request);
  const page = (data as Connection<Page> | null)?.fund?.transactions;
  return page === undefined ? { problem: problems[0] ?? UNREACHABLE } : { page };
}

/** The rows of a list of any length, read in blocks when they come into view. */
export class ListedRows {
  readonly count: number;
  /** False when the list is longer than what it can be scrolled through. */
  readonly isComplete: boolean;
  /** Why the rows in view did not arrive. */
  failure = $state.raw<Problem>();
  readonly #list: FrozenList;
  readonly #marks: Marks;
  readonly #blocks = new SvelteMap<number, readonly ListedTransactionFragment[]>();
  #wanted: readonly number[] = [];
  #isReading = false;

  private constructor(list: FrozenList, marks: Marks) {
    this.#list = list;
    this.#marks = marks;
    this.count = marks.count;
    this.isComplete = marks.isComplete;
  }

  /** Undefined when the graph returns no marks: then the list can be read page by page only. */
  static async open(list: FrozenList): Promise<ListedRows | undefined> {
    const answer = await read<{ marks: Marks | null }>(TransactionMarksDocument, list);
    return "page" in answer && answer.page.marks
      ? new ListedRows(list, answer.page.marks)
      : undefined;
  }

  /** Undefined while the row is on its way. */
  row(index: number): ListedTransactionFragment | undefined {
    return this.#blocks.get(Math.floor(index / BLOCK))?.[index % BLOCK];
  }

  /** Reads what is missing of some rows. Rows that were wanted before, and are no longer, are not read. */
  want({ from, to }: RowRange): void {
    const [first, last] = [Math.floor(from / BLOCK), Math.floor(Math.max(from, to - 1) / BLOCK)];
    this.#wanted = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    void this.#readWanted();
  }

  retry(): void {
    this.failure = undefined;
    void this.#readWanted();
  }

  /** The ids of all rows, which are few. */
  async readAll(): Promise<ListedTransactionFragment[] | undefined> {
    const blocks = Array.from({ length: Math.ceil(this.count / BLOCK) }, (_, at) => at);
    for (const block of blocks) {
      if (!this.#blocks.has(block) && !(await this.#readBlock(block))) return undefined;
    }
    return blocks.flatMap((block) => this.#blocks.get(block) ?? []);
  }

  // One after the other: a bar that is dragged along wants many and needs the last.
  async #readWanted(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    for (;;) {
      const next = this.#wanted.find((block) => !this.#blocks.has(block));
      if (next === undefined || !(await this.#readBlock(next))) break;
    }
    this.#isReading = false;
    this.#evictFar();
  }

  async #readBlock(block: number): Promise<boolean> {
    const { every, cursors } = this.#marks;
    const mark = Math.floor((block * BLOCK) / every);
    const answer = await read<{ nodes: ListedTransactionFragment[] }>(TransactionRowsDocument, {
      ...this.#list,
      first: BLOCK,
      after: cursors[mark - 1] ?? null,
      skip: block * BLOCK - mark * every,
    });
    this.failure = "problem" in answer ? answer.problem : undefined;
    if ("page" in answer) this.#blocks.set(block, answer.page.nodes);
    return "page" in answer;
  }

  #evictFar(): void {
    if (this.#blocks.size <= MOST_KEPT) return;
    const middle = this.#wanted[0] ?? 0;
    const far = [...this.#blocks.keys()].sort(
      (a, b) => Math.abs(b - middle) - Math.abs(a - middle),
    );
    for (const block of far.slice(0, this.#blocks.size - MOST_KEPT)) this.#blocks.delete(block);
  }
}
