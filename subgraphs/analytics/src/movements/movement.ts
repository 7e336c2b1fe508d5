import { isCashAccount } from "@allfunds/contract/events";
import { formatAmount, parseAmount } from "@allfunds/contract/money";
import type { LedgerEvent, TransactionPosted } from "@allfunds/contract/events";
import type { Account } from "../accounts/account-store.ts";
import type {
  BuiltInModel,
  CategoryDecision,
  ExplainedDecision,
} from "../classification/built-in-model.ts";
import { magnitudeOf } from "../classification/features.ts";
import type { CashDirection } from "../classification/features.ts";
import { normalise } from "../classification/normalise.ts";
import { payeeKeyOf } from "./payee.ts";

export type TransactionEvent = Extract<LedgerEvent, { type: "TransactionPosted" }>;

/** The facts of a posted transaction, whichever accounts hold money. */
export interface PostedFacts {
  readonly tenantId: string;
  readonly transactionId: string;
  readonly fundId: string;
  readonly position: number;
  /** ISO calendar date. */
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference: string | null;
  readonly counterparty: string | null;
  /** The same for the same payer or payee; empty when nothing identifies one. */
  readonly counterpartyKey: string;
  readonly entries: readonly MovementEntry[];
  readonly role: MovementRole;
  /** The transaction that a reversal or refund takes back. */
  readonly takesBack: string | null;
  /** Entries of the reversals and refunds that take it back; null without any. */
  readonly offsets: readonly MovementEntry[] | null;
  /** What was exchanged, as the posting recorded it; null without an exchange. */
  readonly exchanges: readonly Exchange[] | null;
}

/** Amounts of two currencies that were exchanged, as decimal texts. */
interface Exchange {
  readonly base: string;
  readonly quote: string;
  readonly baseAmount: string;
  readonly quoteAmount: string;
}

/**
 * What a transaction is in the flow of money. An adjustment corrects a balance and moves nothing; a reversal
 * or refund and what it takes back are one movement, so only what is left of the original counts.
 */
type MovementRole = "FLOW" | "CORRECTION" | "REVERSAL" | "REFUND";

export type MovementEntry = Pick<Entries[number], "accountId" | "side" | "amount" | "currency">;

/** A posted transaction as this subgraph reads it: what moved, which way, and with whom. */
export interface Movement extends PostedFacts {
  readonly direction: CashDirection;
  /** Size of the movement in minor units, never negative. */
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly betweenOwnAccounts?: "ONE_CURRENCY" | "TWO_CURRENCIES";
  /** Names of the accounts that are not bank accounts. */
  readonly otherAccountNames: readonly string[];
  /** One for each account on the other side, when there are several: a split. */
  readonly lines: readonly MovementLine[] | null;
}

/** What a split moved on one account. */
export interface MovementLine {
  /** Number of the account's first entry in the transaction, from 1. */
  readonly line: number;
  readonly accountId: string;
  readonly accountName: string;
  /** NONE when nothing of it is left. */
  readonly direction: CashDirection;
  /** Minor units, never negative. */
  readonly amountMinor: bigint;
  readonly currency: string;
}

/** Reads a posted transaction from the fund's side: money into its bank accounts is IN. */
export function readMovement(
  event: TransactionEvent,
  accounts: ReadonlyMap<string, Account>,
): Movement {
  const posted = event.payload;
  const counterparty = counterpartyOf(posted);
  const facts = {
    tenantId: event.tenantId,
    transactionId: posted.transactionId,
    fundId: posted.fundId,
    position: event.position,
    effectiveDate: posted.effectiveDate,
    description: posted.description,
    reference: posted.reference,
    counterparty,
    counterpartyKey: payeeKeyOf(posted, counterparty),
    entries: posted.entries.map(({ accountId, side, amount, currency }) => {
      return { accountId, side, amount, currency };
    }),
    // Whether it takes back another one is found out later.
    role: posted.source.kind === "ADJUSTMENT" ? ("CORRECTION" as const) : ("FLOW" as const),
    takesBack: null,
    offsets: null,
    exchanges:
      posted.fx?.map(({ base, quote, baseAmount, quoteAmount }) => {
        return { base, quote, baseAmount, quoteAmount };
      }) ?? null,
  };
  return movementOf(facts, accounts);
}

/** What moved, by the accounts as they are given. */
export function movementOf(facts: PostedFacts, accounts: ReadonlyMap<string, Account>): Movement {
  const booked = facts.entries.flatMap(({ accountId }) => accounts.get(accountId) ?? []);
  const banks = bankAccountsOf(booked);
  const effect = effectOf(facts, banks);
  const others = booked.filter(({ accountId }) => !banks.has(accountId));
  return {
    ...facts,
    otherAccountNames: others.map(({ name }) => name),
    lines: linesOf(facts, banks, others) ?? costsOfExchange(facts, banks, others),
    ...effect,
  };
}

/** What is left of a flow moves money; anything else has a size only. */
function effectOf(facts: PostedFacts, banks: ReadonlySet<string>): CashEffect {
  const { role, entries, offsets } = facts;
  const exchanges = facts.exchanges ?? [];
  const posted = cashEffect(entries, banks, exchanges);
  if (role === "FLOW" && offsets === null) return posted;
  const all = [...entries, ...(offsets ?? [])];
  const left = role === "FLOW" ? cashEffect(all, banks, exchanges) : posted;
  const moves = role === "FLOW" && left.direction !== "NONE";
  const { amountMinor, currency } = posted;
  return moves ? left : { direction: "NONE", amountMinor, currency };
}

/** The lines of a split: money in one currency, with several accounts on the other side. */
function linesOf(
  { role, entries, offsets }: PostedFacts,
  banks: ReadonlySet<string>,
  others: readonly Account[],
): MovementLine[] | null {
  const names = new Map(others.map(({ accountId, name }) => [accountId, name]));
  const oneCurrency = new Set(entries.map(({ currency }) => currency)).size === 1;
  if (role !== "FLOW" || names.size < 2 || !oneCurrency) return null;
  if (cashEffect(entries, banks).direction === "NONE") return null;
  const left = [...entries, ...(offsets ?? [])];
  return [...names].map(([accountId, accountName]) => {
    const line = entries.findIndex((entry) => entry.accountId === accountId) + 1;
    return { line, accountId, accountName, ...sharePaid(left, accountId) };
  });
}

/** The lines of an exchange that cost something: its accounts of expenses, when they explain the cost. */
function costsOfExchange(
  { role, entries, offsets, exchanges }: PostedFacts,
  banks: ReadonlySet<string>,
  others: readonly Account[],
): MovementLine[] | null {
  if (role !== "FLOW" || exchanges === null) return null;
  const cost = cashEffect(entries, banks, exchanges);
  const expenses = new Map(
    others.filter(({ type }) => type === "EXPENSE").map(({ accountId, name }) => [accountId, name]),
  );
  const paid = netByCurrency(entries.filter(({ accountId }) => expenses.has(accountId)));
  const explains = paid.size === 1 && paid.get(cost.currency) === cost.amountMinor;
  if (cost.direction !== "OUT" || !explains) return null;
  const left = [...entries, ...(offsets ?? [])];
  return [...expenses].map(([accountId, accountName]) => {
    const line = entries.findIndex((entry) => entry.accountId === accountId) + 1;
    return { line, accountId, accountName, ...sharePaid(left, accountId) };
  });
}

/** What an account beside the bank received of a movement: what is debited was paid. */
function sharePaid(
  entries: readonly MovementEntry[],
  accountId: string,
): Pick<MovementLine, "direction" | "amountMinor" | "currency"> {
  const own = entries.filter((entry) => entry.accountId === accountId);
  const currency = own[0]?.currency ?? "";
  const net = netByCurrency(own).get(currency) ?? 0n;
  const direction = net === 0n ? "NONE" : net > 0n ? "OUT" : "IN";
  return { direction, amountMinor: net < 0n ? -net : net, currency };
}

/** All texts a category may be decided by. */
export function movementText(
  movement: Pick<Movement, "description" | "reference" | "counterparty">,
): string {
  return [movement.description, movement.reference, movement.counterparty]
    .filter((part) => part !== null && part !== "")
    .join(" ");
}

type Entries = TransactionPosted["entries"];
type CashEffect = Pick<Movement, "direction" | "amountMinor" | "currency" | "betweenOwnAccounts">;

function cashEffect(
  entries: PostedFacts["entries"],
  banks: ReadonlySet<string>,
  exchanges: readonly Exchange[] = [],
): CashEffect {
  const bank = entries.filter(({ accountId }) => banks.has(accountId));
  const net = netByCurrency(bank);
  const isExchange = exchanges.filter((exchange) => takeExchange(net, exchange)).length > 0;
  const onlyOwn = isExchange || (bank.length > 1 && bank.length === entries.length);
  const moved = [...net].filter(([, minor]) => minor !== 0n);
  const single = moved.length === 1 ? moved[0] : undefined;
  // What an exchange leaves is what it cost.
  if (single !== undefined && (isExchange || !onlyOwn)) {
    const [currency, minor] = single;
    return {
      direction: minor > 0n ? "IN" : "OUT",
      amountMinor: minor < 0n ? -minor : minor,
      currency,
      ...(isExchange ? { betweenOwnAccounts: "TWO_CURRENCIES" } : {}),
    };
  }
  const size = largestDebit(bank.length > 0 ? bank : entries);
  if (!onlyOwn) return { direction: "NONE", ...size };
  return {
    direction: "NONE",
    ...size,
    betweenOwnAccounts: net.size > 1 ? "TWO_CURRENCIES" : "ONE_CURRENCY",
  };
}

/** Takes what was exchanged out of the fund's money; whether it moved both currencies, in opposite ways. */
function takeExchange(
  net: Map<string, bigint>,
  { base, quote, baseAmount, quoteAmount }: Exchange,
): boolean {
  const [inBase, inQuote] = [net.get(base) ?? 0n, net.get(quote) ?? 0n];
  if (inBase === 0n || inQuote === 0n || inBase > 0n === inQuote > 0n) return false;
  net.set(base, closerToZero(inBase, parseAmount(baseAmount, base)));
  net.set(quote, closerToZero(inQuote, parseAmount(quoteAmount, quote)));
  return true;
}

/** `minor` brought closer to zero by at most `amount`. */
function closerToZero(minor: bigint, amount: bigint): bigint {
  const size = minor < 0n ? -minor : minor;
  if (size <= amount) return 0n;
  return minor > 0n ? minor - amount : minor + amount;
}

function netByCurrency(entries: PostedFacts["entries"]): Map<string, bigint> {
  const net = new Map<string, bigint>();
  for (const { amount, currency, side } of entries) {
    const minor = parseAmount(amount, currency);
    net.set(currency, (net.get(currency) ?? 0n) + (side === "DEBIT" ? minor : -minor));
  }
  return net;
}

function largestDebit(entries: PostedFacts["entries"]): { amountMinor: bigint; currency: string } {
  return entries
    .filter(({ side }) => side === "DEBIT")
    .map(({ amount, currency }) => ({ amountMinor: parseAmount(amount, currency), currency }))
    .reduce((most, each) => (each.amountMinor > most.amountMinor ? each : most), {
      amountMinor: 0n,
      currency: entries[0]?.currency ?? "EUR",
    });
}

function counterpartyOf({ source, metadata }: TransactionPosted): string | null {
  const named = source.counterparty ?? metadata["counterparty"];
  return typeof named === "string" && named.trim() !== "" ? named : null;
}

/** Assets that are not money in a bank: claims, holdings, things, and what is still to be allocated. */
const NOT_MONEY =
  /\b(receivables?|debtors?|forderung\w*|unrealised|unrealized|appreciation|investments?|securities|wertpapiere?|shares?|equities|bonds?|holdings?|portfolio|prepaid|prepayments?|accrued|equipment|property|goodwill|inventory|margin|loans?|deferred|formation costs?|suspense|clearing|unallocated|unidentified|zwischenkonto|verrechnung\w*)\b/;

/**
 * The accounts of one transaction that hold money: those marked as cash. The code decides for accounts of
 * before there were marks; when it finds none (a fund with a numbering of its own), unmarked assets count
 * unless their name is one of something else.
 */
export function bankAccountsOf(accounts: readonly Account[]): ReadonlySet<string> {
  const marked = accounts.filter(
    ({ type, code, countsAsCash }) => countsAsCash ?? isCashAccount(type, code),
  );
  const found = marked.length > 0 ? marked : accounts.filter(isNamedLikeMoney);
  return new Set(found.map(({ accountId }) => accountId));
}

const isNamedLikeMoney = ({ type, name, countsAsCash }: Account): boolean =>
  countsAsCash === null && type === "ASSET" && !NOT_MONEY.test(normalise(name));

export interface CategorisedMovement {
  readonly movement: Movement;
  readonly decision: CategoryDecision;
  /** The lines of a split, each with its own category; null without any. */
  readonly lines: readonly JudgedLine[] | null;
  /** When the ledger recorded it, RFC 3339 in UTC; absent for one that was read back. */
  readonly recordedAt?: string;
  /** When people or their rules decided; a model decides when the movement is stored. */
  readonly categorisedAt?: string;
  /** The change by a person that the decision comes from. */
  readonly changeId?: string | null;
}

/** A line of a split with its category; `categorisedAt` and `changeId` are of what people decided. */
export interface JudgedLine extends MovementLine {
  readonly decision: CategoryDecision;
  readonly categorisedAt?: string;
  readonly changeId?: string | null;
}

/** The built-in decision for each line: the account's name is about the line, the text about all of them. */
export function categoriseLines(model: BuiltInModel, movement: Movement): JudgedLine[] | null {
  return (
    movement.lines?.map((line) => {
      const { direction, accountName } = line;
      const byAccount = model.categorise({ text: accountName, direction });
      const decision =
        byAccount.source === "RULE"
          ? { ...byAccount, evidence: [`account:${accountName}`] }
          : categoriseMovement(model, { ...movement, ...line, otherAccountNames: [accountName] });
      return { ...line, decision };
    }) ?? null
  );
}

/** The built-in decision for a movement; the same inputs always give the same decision. */
export function categoriseMovement(model: BuiltInModel, movement: Movement): ExplainedDecision {
  const { direction, amountMinor, currency, betweenOwnAccounts, otherAccountNames } = movement;
  return model.categorise({
    text: `${movement.description} ${movement.reference ?? ""}`,
    counterparty: movement.counterparty,
    direction,
    magnitude: magnitudeOf(formatAmount(amountMinor, currency)),
    accountNames: otherAccountNames,
    ...(betweenOwnAccounts === undefined ? {} : { betweenOwnAccounts }),
  });
}
