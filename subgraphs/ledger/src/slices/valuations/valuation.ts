import { AppError, invalidInput } from "@allfunds/contract/errors";
import { parseDecimal } from "@allfunds/contract/money";
import type {
  NavCalculated as CalculatedPayload,
  NavDiscarded as DiscardedPayload,
  NavPublished as PublishedPayload,
  ValuationCheck,
  ValuationFigures,
  ValuationInputs,
} from "@allfunds/contract/valuation";
import type { DomainEvent, EventPlace, Requester } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { canonicalJson, uuidOfText } from "../../engine/canonical-json.ts";
import { checkDate, checkText, checkUuid, Findings } from "../../engine/input-rules.ts";
import { ONLY } from "../../engine/table.ts";
import { FundChart, type AccountScope } from "../fund-terms/fund-accounts.ts";
import { postFact } from "../fund-terms/fund-posting.ts";
import { requireTerms } from "../fund-terms/fund-terms.ts";
import { requireFund } from "../funds/fund.ts";
import { deciderOf, isSamePerson, ofDecider } from "../proposals/person.ts";
import { dealOrders, type Publication } from "../orders/deal-orders.ts";
import { lastPrice, requireShareClass } from "../share-classes/share-class.ts";
import { publishedUntil } from "../published-navs/published-nav.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";
import { strike } from "./strike.ts";
import { strikePostings, type StrikeAccount, type StrikePosting } from "./strike-postings.ts";
import { figuresOf, hashInputs, toFigures, toStrikeInput } from "./valuation-inputs.ts";
import {
  ANNOUNCED,
  nextAnnounced,
  previews,
  putValuation,
  VALUATION,
  type ValuationState,
  type ValuationStatus,
} from "./valuation-state.ts";

/** The command to record what a valuation found. It was computed outside the book, from what it names. */
export interface CalculateNav {
  readonly kind: "CalculateNav";
  readonly fundId: string;
  readonly valuationId: string;
  readonly navDate: string;
  /** Position of the book, and of the tenant's own, up to which everything was read. */
  readonly readAt: number;
  readonly tenantReadAt: number;
  readonly inputs: ValuationInputs;
  readonly checks: readonly ValuationCheck[];
}

/** The command to post a valuation, with its inputs as they are now. */
export interface PublishNav {
  readonly kind: "PublishNav";
  readonly fundId: string;
  readonly valuationId: string;
  /** Position of the book up to which the inputs were read. */
  readonly readAt: number;
  readonly inputs: ValuationInputs;
}

/** The command to give a valuation up. */
export interface DiscardNav {
  readonly kind: "DiscardNav";
  readonly fundId: string;
  readonly valuationId: string;
  readonly reason: string;
}

export type ValuationCommand = CalculateNav | PublishNav | DiscardNav;

/** A fund was valued; nothing is posted by it. */
export interface NavCalculated extends CalculatedPayload {
  readonly type: "NavCalculated";
}
/** A valuation became the NAV of its date; its postings follow. */
export interface NavPublished extends PublishedPayload {
  readonly type: "NavPublished";
}
/** A valuation was given up. */
export interface NavDiscarded extends DiscardedPayload {
  readonly type: "NavDiscarded";
}
export type ValuationEvent = NavCalculated | NavPublished | NavDiscarded;

export function decideCalculate(
  command: CalculateNav,
  state: BookState,
  { owner }: Requester,
): [NavCalculated] {
  const { fundId, valuationId, navDate, inputs, checks } = command;
  const findings = new Findings();
  checkUuid(findings, "id", valuationId);
  checkDate(findings, "navDate", navDate);
  findings.refuseIfAny();
  requireFund(state, fundId);
  refuseUnlessOpenDate(state, navDate);
  if (state.get(VALUATION, valuationId) !== undefined) throw idTaken();
  return [
    {
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
    },
  ];
}

export const idTaken = (): AppError =>
  new AppError("ALREADY_EXISTS", "A valuation with this id exists already.");

/** Only days after the last published NAV can be valued; earlier ones are restated. */
function refuseUnlessOpenDate(state: BookState, navDate: string): void {
  requireTerms(state, navDate);
  const until = publishedUntil(state);
  if (until === undefined || navDate > until) return;
  throw new AppError("NAV_PUBLISHED", `The NAV of ${until} is published already.`, {
    violations: [{ path: "navDate", message: `must be after ${until}` }],
  });
}

/** Null while a price or a rate is missing. */
export function figuresOrNull(inputs: ValuationInputs): ValuationFigures | null {
  try {
    return figuresOf(inputs);
  } catch (error) {
    if (error instanceof AppError && MISSING.has(error.code)) return null;
    throw error;
  }
}

const MISSING: ReadonlySet<string> = new Set(["PRICE_MISSING", "RATE_MISSING"]);

/** What a replay demands of a valuation that was recorded. */
export function checkCalculated(state: BookState, event: NavCalculated): void {
  requireFund(state, event.fundId);
  if (event.restatement === undefined) refuseUnlessOpenDate(state, event.navDate);
  else requirePublished(state, event.restatement.supersedes, event.navDate);
  if (state.get(VALUATION, event.valuationId) !== undefined) throw idTaken();
  if (hashInputs(event.inputs) !== event.inputsHash) {
    throw invalidInput("inputsHash", "is not that of the inputs");
  }
  if (canonicalJson(figuresOrNull(event.inputs)) !== canonicalJson(event.figures)) {
    throw invalidInput("figures", "are not what the inputs lead to");
  }
}

export function evolveCalculated(draft: BookState, event: NavCalculated, place: EventPlace): void {
  putValuation(draft, {
    id: event.valuationId,
    position: place.position,
    navDate: event.navDate,
    status: "PREVIEW",
    inputsHash: event.inputsHash,
    blocking: event.checks.filter(({ severity }) => severity === "BLOCKING").length,
    figures: event.figures === null ? null : canonicalJson(event.figures),
    maker: place.actor,
    makerOwner: event.makerOwner ?? null,
    calculatedAt: place.recordedAt,
    touchedAt: null,
    decidedPosition: null,
    decidedBy: null,
    decidedAt: null,
    supersedes: event.restatement?.supersedes ?? null,
    restatementId: event.restatement?.restatementId ?? null,
    compensations:
      event.restatement === undefined ? null : canonicalJson(event.restatement.compensations),
  });
}

/** A valuation of this book that waits. */
function requirePreview(state: BookState, id: string): ValuationState {
  const valuation = state.get(VALUATION, id);
  if (valuation === undefined) throw noSuchValuation(id);
  if (valuation.status === "PREVIEW") return valuation;
  if (valuation.status === "PUBLISHED") {
    throw new AppError("NAV_PUBLISHED", `The NAV of ${valuation.navDate} is published already.`);
  }
  throw new AppError("NAV_INPUTS_CHANGED", "The valuation was discarded: calculate the NAV anew.");
}

export const noSuchValuation = (id: string): AppError =>
  new AppError("VALUATION_NOT_FOUND", `There is no valuation ${id.slice(0, 80)}.`);

/** The published valuation of a date. */
export function requirePublished(state: BookState, id: string, navDate: string): ValuationState {
  const valuation = state.get(VALUATION, id);
  if (valuation === undefined) throw noSuchValuation(id);
  if (valuation.status === "PUBLISHED" && valuation.navDate === navDate) return valuation;
  throw new AppError("NAV_INPUTS_CHANGED", `The NAV of ${navDate} is another one by now.`);
}

/** What forbids to publish a valuation, whatever its inputs are now. */
export function refusePublishing(
  state: BookState,
  id: string,
  requester: Requester,
): ValuationState {
  const valuation = requirePreview(state, id);
  const { maker, makerOwner, blocking, navDate, supersedes } = valuation;
  if (supersedes === null) refuseUnlessOpenDate(state, navDate);
  else requirePublished(state, supersedes, navDate);
  if (isSamePerson({ actor: maker, owner: makerOwner ?? undefined }, requester)) {
    throw new AppError("NAV_SAME_PERSON", "Another person than who calculated a NAV publishes it.");
  }
  if (blocking > 0) {
    throw new AppError(
      "NAV_CHECKS_OPEN",
      `${blocking} blocking checks are open: cure what they show, then calculate the NAV anew.`,
    );
  }
  return valuation;
}

/** Everything that publishing a NAV leads to, in the order in which it is recorded. */
export function* decidePublish(
  { fundId, valuationId, readAt, inputs }: PublishNav,
  state: BookState,
  requester: Requester,
): Generator<void, DomainEvent[]> {
  requireFund(state, fundId);
  const valuation = refusePublishing(state, valuationId, requester);
  if (valuation.supersedes !== null) throw invalidInput("id", "is part of a restatement");
  if ((valuation.touchedAt ?? 0) > readAt || hashInputs(inputs) !== valuation.inputsHash) {
    throw new AppError(
      "NAV_INPUTS_CHANGED",
      "Something that the NAV rests on has changed since: calculate it anew.",
    );
  }
  yield;
  const { navDate } = valuation;
  const struck = strike(toStrikeInput(inputs));
  const figures = toFigures(struck, inputs);
  yield;
  const draft = state.fork();
  const postings = strikePostings(struck, inputs.baseCurrency);
  const { opened, posted } = yield* postStrike(draft, valuationId, navDate, postings);
  const prices = pricesOf(state, inputs, figures);
  const dealt = yield* dealOrders(draft, { valuationId, dealingDate: navDate, prices });
  const published: NavPublished = {
    type: "NavPublished",
    valuationId,
    fundId,
    navDate,
    currency: inputs.baseCurrency,
    netAssets: figures.netAssets,
    classes: figures.classes,
    transactionIds: posted.map(({ transactionId }) => transactionId),
    ...ofDecider(requester),
  };
  return [published, ...opened, ...posted, ...dealt];
}

/** What orders are dealt at: the NAV, or of a class without units the last price; at none that is not above zero. */
const pricesOf = (
  state: BookState,
  { baseCurrency, rates }: ValuationInputs,
  { classes }: ValuationFigures,
): Publication["prices"] =>
  new Map(
    classes.flatMap(({ classId, currency, navPerUnit }) => {
      const nav = navPerUnit ?? lastPrice(requireShareClass(state, classId));
      if (parseDecimal(nav).unscaled <= 0n) return [];
      const used = rates.find((each) => each.currency === currency);
      const isBase = currency === baseCurrency || used === undefined;
      const rate = isBase ? null : { units: used.units, per: used.per };
      return [[classId, { nav, rate }] as const];
    }),
  );

interface PostedStrike {
  readonly opened: readonly DomainEvent[];
  readonly posted: readonly TransactionPosted[];
}

/** Posts a strike in as many transactions as it takes, one a step. */
export function* postStrike(
  draft: BookState,
  valuationId: string,
  navDate: string,
  postings: readonly StrikePosting[],
): Generator<void, PostedStrike> {
  const chart = new FundChart(draft);
  const parts = inParts(postings);
  const posted: TransactionPosted[] = [];
  for (const [index, part] of parts.entries()) {
    const entries = part.flatMap((posting) =>
      posting.entries.map(({ account, side, amountMinor }) => ({
        accountId: chart.idOf(account.kind, scopeOf(account)),
        side,
        amountMinor,
      })),
    );
    const description = `NAV of ${navDate}${parts.length === 1 ? "" : `, part ${index + 1}`}`;
    posted.push(
      postFact(draft, {
        transactionId: uuidOfText(`valuation ${valuationId} ${index}`),
        effectiveDate: navDate,
        description,
        fact: "VALUATION",
        factId: valuationId,
        entries,
      }),
    );
    yield;
  }
  return { opened: chart.opened, posted };
}

const scopeOf = ({ currency, foreign, classKey }: StrikeAccount): AccountScope => ({
  currency: foreign ?? currency,
  ...(classKey === undefined ? {} : { classCode: classKey }),
});

/** A transaction has at most so many entries. */
const MAX_ENTRIES = 1_000;

/** Postings in transactions; none is cut in two. */
function inParts(postings: readonly StrikePosting[]): StrikePosting[][] {
  const parts: StrikePosting[][] = [];
  let entries = MAX_ENTRIES;
  for (const posting of postings) {
    entries += posting.entries.length;
    if (entries > MAX_ENTRIES) {
      parts.push([]);
      entries = posting.entries.length;
    }
    parts.at(-1)?.push(posting);
  }
  return parts;
}

export function checkPublished(
  state: BookState,
  event: NavPublished,
  place: Pick<EventPlace, "actor">,
): void {
  requireFund(state, event.fundId);
  const by = deciderOf(place, event);
  const { navDate, figures, supersedes } = refusePublishing(state, event.valuationId, by);
  if (supersedes !== (event.supersedes ?? null)) throw invalidInput("supersedes", "is another one");
  if (event.navDate !== navDate) throw invalidInput("navDate", `must be ${navDate}`);
  const calculated = JSON.parse(figures ?? "null") as ValuationFigures | null;
  if (
    calculated?.netAssets !== event.netAssets ||
    canonicalJson(calculated.classes) !== canonicalJson(event.classes)
  ) {
    throw invalidInput("classes", "are not those that were calculated");
  }
  if (nextAnnounced(state) !== undefined) {
    throw invalidInput("valuationId", "comes before the postings of another");
  }
}

/** Earlier days cannot be published behind a later one, so what waits for them is given up with it. */
export function evolvePublished(draft: BookState, event: NavPublished, place: EventPlace): void {
  for (const id of previews(draft)) {
    const preview = draft.get(VALUATION, id);
    if (preview === undefined || preview.navDate > event.navDate) continue;
    const status = id === event.valuationId ? "PUBLISHED" : "DISCARDED";
    putValuation(draft, decided(preview, status, place));
  }
  const superseded =
    event.supersedes === undefined ? undefined : draft.get(VALUATION, event.supersedes);
  if (superseded !== undefined) putValuation(draft, { ...superseded, status: "SUPERSEDED" });
  draft.put(ANNOUNCED, ONLY, { ids: event.transactionIds, followed: 0 });
}

const decided = (
  valuation: ValuationState,
  status: ValuationStatus,
  { position, actor, recordedAt }: EventPlace,
): ValuationState => ({
  ...valuation,
  status,
  decidedPosition: position,
  decidedBy: actor,
  decidedAt: recordedAt,
});

export function decideDiscard(
  { fundId, valuationId, reason }: DiscardNav,
  state: BookState,
): [NavDiscarded] {
  const findings = new Findings();
  checkText(findings, "reason", reason, { min: 1, max: 500 });
  findings.refuseIfAny();
  requireFund(state, fundId);
  const { navDate } = requirePreview(state, valuationId);
  return [{ type: "NavDiscarded", valuationId, fundId, navDate, reason }];
}

export const checkDiscarded = (state: BookState, { valuationId }: NavDiscarded): void =>
  void requirePreview(state, valuationId);

export const evolveDiscarded = (
  draft: BookState,
  { valuationId }: NavDiscarded,
  place: EventPlace,
): void => putValuation(draft, decided(requirePreview(draft, valuationId), "DISCARDED", place));
