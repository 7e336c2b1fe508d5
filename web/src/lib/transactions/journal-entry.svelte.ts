import { onMount, untrack } from "svelte";
import type { Reader } from "../dates/reader.svelte.ts";
import { DraftKeeper } from "../forms/draft.ts";
import { earlyInput } from "../forms/early-input.ts";
import type { AccountRowFragment } from "../graph/graph-types.generated.ts";
import { pointOf } from "../money/format-money.ts";
import {
  balances,
  currenciesOf,
  emptyLine,
  exchangeOf,
  isJournal,
  MAXIMUM_LINES,
  MINIMUM_LINES,
  readJournal,
  usedLines,
  type JournalErrors,
  type JournalReading,
  type JournalValues,
} from "./journal-form.ts";
import { readPastedLines } from "./paste-lines.ts";

/** The form's id in the page, where what was entered before the scripts arrived is found. */
export const POST_FORM = "post-form";

interface Started {
  readonly accounts: readonly AccountRowFragment[];
  /** The first values: a new form, or what was sent and refused. */
  readonly start: JournalValues;
  readonly errors: JournalErrors;
  /** Currency of the fund. */
  readonly currency: string;
  readonly fundId: string;
  /** The user's id: a draft is kept for one user. */
  readonly viewer: string;
  readonly reader: Reader;
  /** A draft was found and filled in. */
  readonly onrestored: () => void;
}

const EMPTY: JournalValues = {
  effectiveDate: "",
  description: "",
  reference: "",
  idempotencyKey: "",
  lines: [],
  rate: "",
};

const hasText = ({ description, reference, rate, lines }: JournalValues): boolean =>
  [description, reference, rate, ...lines.flatMap((line) => Object.values(line))].some(Boolean);

/**
 * A journal entry as it is typed: its values and what is wrong with them, kept as a draft until it is posted.
 * Make it during component setup.
 */
export class JournalEntry {
  readonly #started: () => Started;
  readonly #drafts: DraftKeeper<JournalValues>;
  #isChanged = $state(false);

  values: JournalValues = $state(EMPTY);
  errors: JournalErrors = $state.raw({});
  /** When the draft was kept that the form was filled with; milliseconds since 1970. */
  restoredFrom = $state<number>();

  readonly reading: JournalReading = $derived.by(() => {
    const { accounts, currency, reader } = this.#started();
    return { currencyOf: currenciesOf(accounts), language: reader.language, base: currency };
  });
  readonly sums = $derived.by(() => balances(this.values.lines, this.reading));
  readonly exchange = $derived.by(() => exchangeOf(this.values.lines, this.reading));

  constructor(started: () => Started) {
    this.#started = started;
    const { start, errors, fundId, viewer } = started();
    // A refresh must not change what the user has entered, least of all the idempotency key.
    this.values = withEarlyInput(start);
    this.errors = errors;
    this.#drafts = new DraftKeeper(`post ${fundId}`, viewer);
    // The server does not know the reader's day on the first visit.
    $effect(() => {
      const today = started().reader.today();
      untrack(() => {
        if (!this.#isChanged && !hasText(this.values)) this.values.effectiveDate = today;
      });
    });
    onMount(() => this.#restore());
    $effect(() => {
      const entered = $state.snapshot(this.values);
      if (this.#isChanged) this.#drafts.keep(entered);
    });
  }

  changed(): void {
    this.#isChanged = true;
  }

  startAnew(): void {
    this.#drafts.drop();
    this.restoredFrom = undefined;
    this.#isChanged = false;
    this.values = structuredClone(this.#started().start);
    this.errors = {};
  }

  /** It was posted, or waits for approval: its draft has done its work. */
  sent(): void {
    this.#drafts.drop();
  }

  addLine(): void {
    this.changed();
    this.values.lines.push(emptyLine());
  }

  removeLine(index: number): void {
    this.changed();
    this.values.lines.splice(index, 1);
    this.errors = {};
  }

  /** Fills lines with the cells of a spreadsheet; false where the text has none. */
  paste(text: string): boolean {
    const { accounts, reader } = this.#started();
    const pasted = readPastedLines(text, accounts, pointOf(reader.language));
    if (pasted === undefined) return false;
    this.changed();
    const lines = [...usedLines(this.values.lines).map(({ line }) => line), ...pasted];
    while (lines.length < MINIMUM_LINES) lines.push(emptyLine());
    this.values.lines = lines.slice(0, MAXIMUM_LINES);
    this.errors = {};
    return true;
  }

  #restore(): void {
    const draft = this.#drafts.find(isJournal);
    // What was refused, or entered before the scripts arrived, is newer than the draft.
    if (draft === undefined || hasText(this.values) || Object.keys(this.errors).length > 0) return;
    this.values = { ...draft.values, rate: draft.values.rate ?? "" };
    this.restoredFrom = draft.keptAt;
    this.#started().onrestored();
  }
}

// Equal keys: the form on the page is this one, not one that is about to be replaced.
function withEarlyInput(fresh: JournalValues): JournalValues {
  const form = earlyInput(POST_FORM);
  const entered = form ? readJournal(form) : undefined;
  return entered?.idempotencyKey === fresh.idempotencyKey ? entered : structuredClone(fresh);
}
