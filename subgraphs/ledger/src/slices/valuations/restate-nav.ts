import { AppError, invalidInput } from "@allfunds/contract/errors";
import { parseAmount, parseDecimal } from "@allfunds/contract/money";
import type { Compensation, ValuationCheck, ValuationInputs } from "@allfunds/contract/valuation";
import type { DomainEvent, Requester } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { canonicalJson, uuidOfText } from "../../engine/canonical-json.ts";
import { checkText, checkUuid, Findings } from "../../engine/input-rules.ts";
import { FundChart } from "../fund-terms/fund-accounts.ts";
import { postFact, type FactEntry } from "../fund-terms/fund-posting.ts";
import { requireFund } from "../funds/fund.ts";
import { ofDecider } from "../proposals/person.ts";
import { requireShareClass, unitAsset } from "../share-classes/share-class.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";
import type { LotsReplayed } from "../trades/portfolio-posting.ts";
import { moveId, opposite, type LatePosting } from "./late-posting.ts";
import { differencePostings } from "./restatement.ts";
import { VALUATION, type ValuationState } from "./valuation-state.ts";
import { figuresOf, hashInputs } from "./valuation-inputs.ts";
import {
  evolvePublished,
  figuresOrNull,
  idTaken,
  postStrike,
  refusePublishing,
  requirePublished,
  type NavCalculated,
  type NavPublished,
} from "./valuation.ts";

/** The command to propose other NAVs for every published date from one on. */
export interface RestateNav {
  readonly kind: "RestateNav";
  readonly fundId: string;
  readonly restatementId: string;
  readonly reason: string;
  readonly readAt: number;
  readonly tenantReadAt: number;
  /** In the order of their dates. */
  readonly valuations: readonly {
    readonly valuationId: string;
    readonly supersedes: string;
    readonly navDate: string;
    readonly inputs: ValuationInputs;
    readonly checks: readonly ValuationCheck[];
    readonly compensations: readonly Compensation[];
  }[];
}

/** The command to put restated NAVs in the place of published ones, with what they rest on by now. */
export interface PublishRestatement {
  readonly kind: "PublishRestatement";
  readonly fundId: string;
  readonly restatementId: string;
  readonly readAt: number;
  /** By superseded valuation: what it rested on, and what it should have. */
  readonly strikes: readonly {
    readonly supersedes: string;
    readonly old: ValuationInputs;
    readonly inputs: ValuationInputs;
    readonly compensations: readonly Compensation[];
  }[];
  /** What moves to the day that it counts from. */
  readonly late: readonly LatePosting[];
}

export type RestatementCommand = RestateNav | PublishRestatement;

export function decideRestate(
  command: RestateNav,
  state: BookState,
  { owner }: Requester,
): NavCalculated[] {
  const { fundId, restatementId, reason, valuations } = command;
  const findings = new Findings();
  checkUuid(findings, "id", restatementId);
  checkText(findings, "reason", reason, { min: 1, max: 500 });
  findings.refuseIfAny();
  requireFund(state, fundId);
  refuseOtherThan(state, valuations);
  const events = valuations.map(
    ({ valuationId, supersedes, navDate, inputs, checks, compensations }): NavCalculated => {
      if (state.get(VALUATION, valuationId) !== undefined) throw idTaken();
      return {
        type: "NavCalculated",
        valuationId,
        fundId,
        navDate,
        currency: inputs.baseCurrency,
        readAt: command.readAt,
        tenantReadAt: command.tenantReadAt,
        inputsHash: hashInputs(inputs),
        inputs,
        checks: [...checks],
        figures: figuresOrNull(inputs),
        ...(owner === undefined ? {} : { makerOwner: owner }),
        restatement: { restatementId, supersedes, reason, compensations: [...compensations] },
      };
    },
  );
  const isSame = events.every(
    ({ inputsHash, restatement }) =>
      state.get(VALUATION, restatement?.supersedes ?? "")?.inputsHash === inputsHash,
  );
  if (isSame) throw invalidInput("from", "what the NAVs from then on rest on has not changed");
  return events;
}

/** Every NAV from the first restated date on is restated, because each opens with the one before. */
function refuseOtherThan(
  state: BookState,
  restated: readonly { readonly supersedes: string; readonly navDate: string }[],
): void {
  const [first] = restated;
  if (first === undefined) throw invalidInput("from", "there is no published NAV from then on");
  const published = [...state.all(VALUATION).values()]
    .filter(({ status, navDate }) => status === "PUBLISHED" && navDate >= first.navDate)
    .toSorted((a, b) => (a.navDate < b.navDate ? -1 : 1));
  const isAll =
    published.length === restated.length &&
    published.every(({ id }, index) => id === restated[index]?.supersedes);
  if (isAll) return;
  throw new AppError("NAV_INPUTS_CHANGED", "Other NAVs are published by now: restate anew.");
}

/** All of a restatement or nothing: each NAV, the difference it posts, and what it compensates. */
export function* decidePublishRestatement(
  { fundId, restatementId, readAt, strikes, late }: PublishRestatement,
  state: BookState,
  requester: Requester,
): Generator<void, DomainEvent[]> {
  requireFund(state, fundId);
  const waiting = [...state.all(VALUATION).values()]
    .filter((one) => one.restatementId === restatementId)
    .toSorted((a, b) => (a.navDate < b.navDate ? -1 : 1));
  refuseOtherThan(
    state,
    waiting.map(({ supersedes, navDate }) => ({ supersedes: supersedes ?? "", navDate })),
  );
  const draft = state.fork();
  const events: DomainEvent[] = [];
  for (const [index, valuation] of waiting.entries()) {
    refusePublishing(draft, valuation.id, requester);
    const recomputed = strikes.find(({ supersedes }) => supersedes === valuation.supersedes);
    if (recomputed === undefined || !isSame(draft, valuation, readAt, recomputed)) {
      throw new AppError(
        "NAV_INPUTS_CHANGED",
        "Something that the restated NAVs rest on has changed since: restate anew.",
      );
    }
    const of = { fundId, late: index === 0 ? late : [], requester };
    events.push(...(yield* publishOne(draft, valuation, recomputed, of)));
  }
  return events;
}

type Recomputed = PublishRestatement["strikes"][number];

const isSame = (
  state: BookState,
  { navDate, supersedes, inputsHash, compensations, touchedAt }: ValuationState,
  readAt: number,
  recomputed: Recomputed,
): boolean =>
  (touchedAt ?? 0) <= readAt &&
  hashInputs(recomputed.old) === requirePublished(state, supersedes ?? "", navDate).inputsHash &&
  hashInputs(recomputed.inputs) === inputsHash &&
  canonicalJson(recomputed.compensations) === compensations;

function* publishOne(
  draft: BookState,
  { id, navDate, supersedes }: ValuationState,
  { old, inputs, compensations }: Recomputed,
  {
    fundId,
    late,
    requester,
  }: Pick<PublishRestatement, "fundId" | "late"> & { readonly requester: Requester },
): Generator<void, DomainEvent[]> {
  const figures = figuresOf(inputs);
  yield;
  const strike = yield* postStrike(draft, id, navDate, differencePostings(old, inputs));
  const moved = late.flatMap((posting) => move(draft, id, posting));
  const made = compensate(draft, id, navDate, inputs, compensations);
  const published: NavPublished = {
    type: "NavPublished",
    valuationId: id,
    fundId,
    navDate,
    currency: inputs.baseCurrency,
    netAssets: figures.netAssets,
    classes: figures.classes,
    transactionIds: [...strike.posted, ...moved, ...made.posted].map(
      ({ transactionId }) => transactionId,
    ),
    ...(supersedes === null ? {} : { supersedes }),
    ...ofDecider(requester),
  };
  evolvePublished(draft, published, { position: 0, recordedAt: new Date(0), actor: "" });
  const { opened, posted } = strike;
  const postings = [...opened, ...posted, ...moved, ...made.opened, ...made.posted];
  return [published, ...postings, ...movedLots(fundId, late)];
}

/** A late posting on the day that it counts from, and the opposite of it on the day that it was posted on. */
function move(
  draft: BookState,
  valuationId: string,
  { from, to, factId, transactionId, entries }: LatePosting,
): TransactionPosted[] {
  if (transactionId === null) return [];
  return (
    [
      [to, 1n],
      [from, -1n],
    ] as const
  ).map(([effectiveDate, sign]) =>
    postFact(draft, {
      transactionId: moveId(valuationId, transactionId, effectiveDate),
      effectiveDate,
      description: `Moved from ${from} to ${to}: ${factId}`,
      fact: "VALUATION",
      factId: valuationId,
      entries: entries.map(({ accountId, minor }) => {
        const debitMinor = sign * minor;
        return {
          accountId,
          side: debitMinor < 0n ? ("CREDIT" as const) : ("DEBIT" as const),
          amountMinor: debitMinor < 0n ? -debitMinor : debitMinor,
        };
      }),
    }),
  );
}

/** The same of lots: what they are in the end stays. */
function movedLots(fundId: string, late: readonly LatePosting[]): LotsReplayed[] {
  const changed = late.filter(({ hasLots, lots }) => hasLots && lots.length > 0);
  const [first] = changed;
  if (first === undefined) return [];
  const facts = changed.flatMap(({ factId, from, to, lots }) => [
    { factId, bookedOn: to, lots, transactionId: null },
    { factId, bookedOn: from, lots: lots.map(opposite), transactionId: null },
  ]);
  return [{ type: "LotsReplayed", fundId, causeId: first.factId, facts }];
}

/** Compensation in transactions of their own, one for each order. */
function compensate(
  draft: BookState,
  valuationId: string,
  navDate: string,
  inputs: ValuationInputs,
  compensations: readonly Compensation[],
): { readonly opened: readonly DomainEvent[]; readonly posted: readonly TransactionPosted[] } {
  const chart = new FundChart(draft);
  const posted = [...Map.groupBy(compensations, ({ orderId }) => orderId)].map(([orderId, made]) =>
    postFact(draft, {
      transactionId: uuidOfText(`compensation ${valuationId} ${orderId}`),
      effectiveDate: navDate,
      description: `Compensation of an order dealt at the NAV of ${navDate}`,
      fact: "VALUATION",
      factId: valuationId,
      entries: made.flatMap((one) => entriesOf(draft, chart, inputs.baseCurrency, one)),
    }),
  );
  return { opened: chart.opened, posted };
}

function entriesOf(
  draft: BookState,
  chart: FundChart,
  base: string,
  { kind, classId, accountId, currency, ...amounts }: Compensation,
): FactEntry[] {
  const shareClass = requireShareClass(draft, classId);
  const classCode = shareClass.code;
  if (kind === "UNITS") {
    const inIssue = chart.idOf("UNITS_IN_ISSUE", { classCode, asset: unitAsset(shareClass) });
    return pair(inIssue, accountId, parseDecimal(amounts.units).unscaled);
  }
  if (kind === "RATE" || kind === "RATE_OF_CHARGE") {
    const corrected = kind === "RATE" ? "UNIT_CAPITAL" : "EXIT_CHARGES";
    const exchange = chart.idOf("EXCHANGE_BASE", { currency });
    const corrects = chart.idOf(corrected, { classCode });
    return pair(exchange, corrects, parseAmount(amounts.amountBase, base));
  }
  const capital = chart.idOf("UNIT_CAPITAL", { classCode });
  const minor = parseAmount(amounts.amount, currency);
  const baseMinor = parseAmount(amounts.amountBase, base);
  const owed =
    kind === "BY_MANAGER"
      ? chart.idOf("COMPENSATION_RECEIVABLE", { currency })
      : chart.idOf("REDEMPTIONS_PAYABLE", { currency });
  const [received, paid] = kind === "BY_MANAGER" ? [minor, baseMinor] : [-minor, -baseMinor];
  if (currency === base) return pair(owed, capital, received);
  return [
    ...pair(owed, chart.idOf("EXCHANGE_FOREIGN", { currency }), received),
    ...pair(chart.idOf("EXCHANGE_BASE", { currency }), capital, paid),
  ];
}

/** A debit and a credit; the other way round below zero. */
function pair(debited: string, credited: string, minor: bigint): FactEntry[] {
  const amountMinor = minor < 0n ? -minor : minor;
  return [
    { accountId: debited, side: minor < 0n ? "CREDIT" : "DEBIT", amountMinor },
    { accountId: credited, side: minor < 0n ? "DEBIT" : "CREDIT", amountMinor },
  ];
}
