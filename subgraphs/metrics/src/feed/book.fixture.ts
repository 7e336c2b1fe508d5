import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import type { FundTermsSet } from "@allfunds/contract/fund-administration";
import type {
  AccountType,
  EntrySide,
  FxRate,
  LedgerEvent,
  TransactionPosted,
} from "@allfunds/contract/events";

type Line = readonly [accountId: string, side: EntrySide, amount: string, currency?: string];

interface Posted {
  effectiveDate: string;
  lines: readonly Line[];
  fx?: FxRate[];
  source?: TransactionPosted["source"];
}

const TERMS: Omit<FundTermsSet["terms"], "priceSources"> = {
  lei: null,
  holidays: [],
  valuationFrequency: "DAILY",
  cutOffTime: "15:00",
  timeZone: "Europe/Luxembourg",
  noticeDays: 0,
  settlementDays: 3,
  navDecimals: 4,
  unitDecimals: 4,
  navRounding: "HALF_UP",
  unitRounding: "DOWN",
  amountRounding: "HALF_UP",
  lotMethod: "FIFO",
  transactionCosts: "EXPENSE",
  shortSales: false,
  financialYearEnd: "12-31",
  administrationFee: null,
  custodyFee: null,
  stalePriceDays: 3,
  staleRateDays: 3,
  priceMoveLimit: null,
  navMoveLimit: null,
  materialityLimit: "0.005",
};

/** Writes the events of one fund's book as the ledger would publish them. */
export class BookFixture {
  readonly fundId = newId();
  readonly tenantId: string;
  readonly currency: string;
  readonly events: LedgerEvent[] = [];

  constructor(currency = "EUR", tenantId = DEMO_TENANT_ID) {
    this.currency = currency;
    this.tenantId = tenantId;
    const payload = { fundId: this.fundId, name: "Test fund", currency };
    this.events.push({ ...this.#envelope(), type: "FundOpened", payload });
  }

  get position(): number {
    return this.events.length;
  }

  /** Without a mark the event is one recorded before accounts had any. */
  account(
    code: string,
    type: AccountType,
    currency = this.currency,
    mark: { countsAsCash?: boolean } = {},
  ): string {
    const accountId = newId();
    const payload = { accountId, fundId: this.fundId, code, name: code, type, currency, ...mark };
    this.events.push({ ...this.#envelope(), type: "AccountOpened", payload });
    return accountId;
  }

  rename(accountId: string, name: string, countsAsCash: boolean): void {
    const details = { name, parentId: null, metadata: {}, countsAsCash };
    const payload = { accountId, fundId: this.fundId, ...details };
    this.events.push({ ...this.#envelope(), type: "AccountRenamed", payload });
  }

  /** Returns the id of the transaction. */
  post(effectiveDate: string, ...lines: Line[]): string {
    return this.#post({ effectiveDate, lines });
  }

  /** Posts lines with the rates that the transaction states. */
  exchange(effectiveDate: string, fx: FxRate, ...lines: Line[]): string {
    return this.#post({ effectiveDate, lines, fx: [fx] });
  }

  /** Posts lines as a balance adjustment. */
  adjust(effectiveDate: string, ...lines: Line[]): string {
    return this.#post({ effectiveDate, lines, source: { kind: "ADJUSTMENT" } });
  }

  /** Reverses a transaction by the opposite lines. */
  reverse(reverses: string, effectiveDate: string, ...lines: Line[]): string {
    return this.#post({ effectiveDate, lines, source: { kind: "REVERSAL", reverses } });
  }

  /** Sets terms of the fund that prefer sources of rates from a day on. */
  prefer(effectiveFrom: string, ...priceSources: string[]): LedgerEvent {
    const terms = { ...TERMS, priceSources };
    const payload = { fundId: this.fundId, effectiveFrom, terms };
    const event: LedgerEvent = { ...this.#envelope(), type: "FundTermsSet", payload };
    this.events.push(event);
    return event;
  }

  /** Publishes the NAV of a day for one class without fees. */
  publish(navDate: string, classId: string, navPerUnit: string | null): void {
    const payload = {
      fundId: this.fundId,
      valuationId: newId(),
      navDate,
      currency: this.currency,
      netAssets: "1000.00",
      classes: [
        {
          classId,
          code: "A",
          currency: this.currency,
          units: "10.0000",
          fees: "0.00",
          commonShare: "0.00",
          result: "0.00",
          netAssetsBase: "1000.00",
          netAssets: "1000.00",
          navPerUnit,
        },
      ],
      transactionIds: [],
    };
    this.events.push({ ...this.#envelope(), type: "NavPublished", payload });
  }

  #post({ effectiveDate, lines, fx, source = { kind: "API" } }: Posted): string {
    const transactionId = newId();
    const entries = lines.map(([accountId, side, amount, currency = this.currency]) => ({
      accountId,
      side,
      amount,
      currency,
      balanceAfter: "0",
    }));
    const payload = {
      transactionId,
      fundId: this.fundId,
      effectiveDate,
      description: "test",
      reference: null,
      metadata: {},
      entries,
      source,
      ...(fx === undefined ? {} : { fx }),
    };
    this.events.push({ ...this.#envelope(), type: "TransactionPosted", payload });
    return transactionId;
  }

  #envelope() {
    const position = this.events.length + 1;
    return {
      tenantId: this.tenantId,
      fundId: this.fundId,
      position,
      recordedAt: "2026-06-30T12:00:00.000Z",
    };
  }
}
