import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { EntrySide } from "@allfunds/contract/events";
import { parseAmount, parseDecimal } from "@allfunds/contract/money";
import { isId } from "@allfunds/platform/ids";
import type { BookState } from "../../engine/book-state.ts";
import { uuidOfText } from "../../engine/canonical-json.ts";
import {
  checkDate,
  checkMetadata,
  checkText,
  checkUuid,
  Findings,
} from "../../engine/input-rules.ts";
import type { DecisionContext } from "../../engine/slice.ts";
import { defineTable, required } from "../../engine/table.ts";
import { refuseManaged, requireAccount } from "../accounts/account.ts";
import { refuseDimensions, type EntryDimensions } from "../dimensions/entry-dimensions.ts";
import { requireFund } from "../funds/fund.ts";
import { dayOf } from "../proposals/day-sum.ts";
import { PROPOSAL, proposalIdOf } from "../proposals/proposal.ts";
import {
  decidePostTransaction,
  type PostTransaction,
  type TransactionPosted,
} from "../transactions/transaction.ts";
import {
  JOURNAL_FREQUENCIES,
  nextDay,
  type JournalFrequency,
  type JournalSchedule,
} from "./journal-schedule.ts";

/** When what a template posts is reversed: the day after, or the first day of the next month. */
export const JOURNAL_REVERSALS = { NEXT_DAY: "NEXT_DAY", NEXT_MONTH: "NEXT_MONTH" } as const;
export type JournalReversal = keyof typeof JOURNAL_REVERSALS;

/** A line of a template: a fixed amount, so many percent of an account's balance, or what the other lines lack. */
export interface TemplateEntry {
  readonly accountId: string;
  readonly side: EntrySide;
  /** Decimal string in the account's currency. */
  readonly amount?: string | undefined;
  /** Decimal string, more than 0. */
  readonly percent?: string | undefined;
  readonly ofAccountId?: string | undefined;
  readonly dimensions?: EntryDimensions | undefined;
}

interface JournalContent extends JournalSchedule {
  readonly fundId: string;
  readonly templateId: string;
  readonly name: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly entries: readonly TemplateEntry[];
  readonly reversal: JournalReversal | null;
  readonly isPaused: boolean;
}

/** The command to keep a template, whole: a new one, or the next version. */
export interface SetJournalTemplate extends JournalContent {
  readonly kind: "SetJournalTemplate";
  /** The version that it replaces; 0 for none. */
  readonly replaces: number;
}

/** A journal is posted by this template from now on. */
export interface JournalTemplateSet extends JournalContent {
  readonly type: "JournalTemplateSet";
  readonly version: number;
  /** Who answers for what it posts. */
  readonly maker: string;
  readonly makerOwner?: string;
  /** Days before it are not posted by this version. */
  readonly runsFrom: string;
}

/** The command to leave the next day of a template out. */
export interface SkipJournalRun {
  readonly kind: "SkipJournalRun";
  readonly fundId: string;
  readonly templateId: string;
  readonly date: string;
  readonly reason: string;
}

/** The next day of a template is left out. */
export interface JournalRunSkipped extends Omit<SkipJournalRun, "kind"> {
  readonly type: "JournalRunSkipped";
}

/** The command to post a template's journal for its next day. */
export interface RunJournalTemplate extends Omit<PostTransaction, "kind" | "source" | "fx"> {
  readonly kind: "RunJournalTemplate";
  readonly templateId: string;
  readonly reversesOn?: string | undefined;
  readonly owner?: string | undefined;
}

/** What decisions read of a template; its event has the rest. */
export interface TemplateState extends JournalSchedule {
  readonly id: string;
  readonly version: number;
  /** Of its newest version. */
  readonly position: number;
  readonly runsFrom: string;
  /** The last day that was posted, proposed or skipped; null before the first. */
  readonly ranUntil: string | null;
  readonly isPaused: boolean;
  /** The next day to post; null when none is left. */
  readonly nextDate: string | null;
}

export const JOURNAL_TEMPLATE = defineTable<TemplateState>({
  name: "journal_template",
  bookColumn: "book_id",
  keyColumn: "id",
  columns: [
    { name: "id", type: "uuid", of: ({ id }) => id, fixed: true },
    { name: "version", type: "integer", of: ({ version }) => version },
    { name: "position", type: "bigint", of: ({ position }) => position },
    { name: "frequency", type: "text", of: ({ frequency }) => frequency },
    { name: "day_of_month", type: "integer", of: ({ dayOfMonth }) => dayOfMonth },
    { name: "first_date", type: "date", of: ({ firstDate }) => firstDate },
    { name: "last_date", type: "date", of: ({ lastDate }) => lastDate },
    { name: "runs_from", type: "date", of: ({ runsFrom }) => runsFrom },
    { name: "ran_until", type: "date", of: ({ ranUntil }) => ranUntil },
    { name: "is_paused", type: "boolean", of: ({ isPaused }) => isPaused },
    { name: "next_date", type: "date", of: ({ nextDate }) => nextDate },
  ],
  read: (texts) => ({
    id: required(texts, "id"),
    version: Number(required(texts, "version")),
    position: Number(required(texts, "position")),
    frequency: required(texts, "frequency") as JournalFrequency,
    dayOfMonth: texts["day_of_month"] == null ? null : Number(texts["day_of_month"]),
    firstDate: required(texts, "first_date"),
    lastDate: texts["last_date"] ?? null,
    runsFrom: required(texts, "runs_from"),
    ranUntil: texts["ran_until"] ?? null,
    isPaused: required(texts, "is_paused") === "true",
    nextDate: texts["next_date"] ?? null,
  }),
});

/** The transaction of a template's day: one and the same, however often it is tried. */
export const runIdOf = (templateId: string, date: string): string =>
  uuidOfText(`journal ${templateId} ${date}`);

const MAX_ENTRIES = 200;
const MAX_TEMPLATES = 1_000;

export function decideSetTemplate(
  command: SetJournalTemplate,
  state: BookState,
  { now, requester: { actor, owner } }: DecisionContext,
): [JournalTemplateSet] {
  const { kind: _kind, replaces, ...content } = command;
  requireFund(state, content.fundId);
  checkContent(content);
  checkEntries(state, content.entries);
  const before = state.get(JOURNAL_TEMPLATE, content.templateId);
  if ((before?.version ?? 0) !== replaces) {
    throw new AppError(
      "VERSION_CONFLICT",
      `The template is at version ${before?.version ?? 0}, not ${replaces}.`,
    );
  }
  if (before === undefined && state.all(JOURNAL_TEMPLATE).size >= MAX_TEMPLATES) {
    throw invalidInput("templateId", `a fund has at most ${MAX_TEMPLATES} templates`);
  }
  return [
    {
      type: "JournalTemplateSet",
      ...content,
      version: replaces + 1,
      maker: actor,
      ...(owner === undefined ? {} : { makerOwner: owner }),
      runsFrom: runsFromOf(before, content, dayOf(now)),
    },
  ];
}

/** What was not posted while a template was paused is not caught up. */
function runsFromOf(
  before: TemplateState | undefined,
  { firstDate, isPaused }: JournalContent,
  today: string,
): string {
  if (before === undefined) return firstDate;
  return before.isPaused && !isPaused && today > before.runsFrom ? today : before.runsFrom;
}

function checkContent(content: JournalContent): void {
  const findings = new Findings();
  checkUuid(findings, "id", content.templateId);
  checkText(findings, "name", content.name, { min: 1, max: 200 });
  checkText(findings, "description", content.description, { min: 1, max: 450 });
  checkMetadata(findings, "metadata", content.metadata);
  checkDate(findings, "firstDate", content.firstDate);
  if (content.lastDate !== null) checkDate(findings, "lastDate", content.lastDate);
  const { frequency, dayOfMonth, entries } = content;
  if (frequency === JOURNAL_FREQUENCIES.WEEKLY) {
    if (dayOfMonth !== null) findings.add("dayOfMonth", "is not given for WEEKLY");
  } else if (dayOfMonth === null || dayOfMonth < 1 || dayOfMonth > 31) {
    findings.add("dayOfMonth", "must be 1 to 31");
  }
  if (entries.length < 2 || entries.length > MAX_ENTRIES) {
    findings.add("entries", `must be 2 to ${MAX_ENTRIES}`);
  }
  findings.refuseIfAny();
  if (nextDay(content, content.firstDate) === null) {
    throw invalidInput("lastDate", "leaves no day of the schedule");
  }
}

/** Every line names an account of the fund and one way to its amount; fixed amounts alone balance. */
function checkEntries(state: BookState, entries: readonly TemplateEntry[]): void {
  const sums = new Map<string, bigint>();
  const open = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const path = `entries.${index}`;
    if ((entry.percent === undefined) !== (entry.ofAccountId === undefined)) {
      throw invalidInput(path, "has a percentage and the account it is of, or neither");
    }
    const account = requireAccount(state, entry.accountId);
    refuseManaged(account, `${path}.accountId`);
    const { dimensions } = entry;
    refuseDimensions(
      { fund: state, tenant: state.tenant },
      { account, dimensions, path, isRepeated: false, isComplete: true },
    );
    const { currency } = account;
    if (entry.amount !== undefined) {
      if (entry.percent !== undefined) throw invalidInput(path, "has an amount and a percentage");
      const minor = parseAmount(entry.amount, currency);
      if (minor <= 0n) throw invalidInput(`${path}.amount`, "must be greater than zero");
      const signed = entry.side === "DEBIT" ? minor : -minor;
      sums.set(currency, (sums.get(currency) ?? 0n) + signed);
    } else if (entry.percent !== undefined) {
      checkPercent(state, entry, currency, path);
      open.add(currency);
    } else {
      if (open.has(`rest ${currency}`)) {
        throw invalidInput(path, `is the second line without an amount in ${currency}`);
      }
      open.add(currency).add(`rest ${currency}`);
    }
  }
  for (const [currency, sum] of sums) {
    if (sum !== 0n && !open.has(currency)) {
      throw new AppError("LEDGER_UNBALANCED", `The lines in ${currency} do not balance.`);
    }
  }
}

const MOST_PERCENT = 1_000n;
const MOST_DECIMALS = 8;

function checkPercent(
  state: BookState,
  { percent = "", ofAccountId = "" }: TemplateEntry,
  currency: string,
  path: string,
): void {
  const { unscaled, scale } = parseDecimal(percent);
  if (unscaled <= 0n || unscaled > MOST_PERCENT * 10n ** BigInt(scale) || scale > MOST_DECIMALS) {
    throw invalidInput(`${path}.percent`, `must be more than 0, at most ${MOST_PERCENT}`);
  }
  const base = requireAccount(state, ofAccountId);
  if (base.currency !== currency) {
    throw new AppError(
      "CURRENCY_MISMATCH",
      `Account ${base.code} is kept in ${base.currency}, the line in ${currency}.`,
    );
  }
}

export function decideSkip(
  { kind: _kind, ...skip }: SkipJournalRun,
  state: BookState,
): [JournalRunSkipped] {
  requireFund(state, skip.fundId);
  const findings = new Findings();
  checkText(findings, "reason", skip.reason, { min: 1, max: 500 });
  findings.refuseIfAny();
  refuseUnlessNext(state, skip);
  return [{ type: "JournalRunSkipped", ...skip }];
}

/** A template of this book. */
export function requireTemplate(state: BookState, id: string): TemplateState {
  const template = isId(id) ? state.get(JOURNAL_TEMPLATE, id) : undefined;
  if (template === undefined) throw noSuchTemplate(id);
  return template;
}

export const noSuchTemplate = (id: string): AppError =>
  new AppError("NOT_FOUND", `There is no journal template ${id.slice(0, 80)}.`);

/** The days of a template come one after the other. */
export function refuseUnlessNext(
  state: BookState,
  { templateId, date }: { readonly templateId: string; readonly date: string },
): void {
  const { nextDate } = requireTemplate(state, templateId);
  if (nextDate === date) return;
  throw new AppError(
    "VERSION_CONFLICT",
    nextDate === null
      ? "The template has no day left."
      : `The next day of the template is ${nextDate}.`,
  );
}

export function decideRun(command: RunJournalTemplate, state: BookState): [TransactionPosted] {
  const { kind: _kind, templateId, reversesOn, owner, ...posting } = command;
  const { effectiveDate: date } = posting;
  requireFund(state, posting.fundId);
  // What waits for approval was due when it was proposed.
  if (state.get(PROPOSAL, proposalIdOf(posting.transactionId))?.status !== "WAITING") {
    if (requireTemplate(state, templateId).isPaused) {
      throw new AppError("VERSION_CONFLICT", "The template is paused.");
    }
    refuseUnlessNext(state, { templateId, date });
  }
  return decidePostTransaction(
    {
      ...posting,
      kind: "PostTransaction",
      source: {
        kind: "RECURRING",
        templateId,
        date,
        ...(reversesOn === undefined ? {} : { reversesOn }),
        ...(owner === undefined ? {} : { owner }),
      },
    },
    state,
  );
}
