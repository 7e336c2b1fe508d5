import { AppError } from "@allfunds/contract/errors";
import type { AccountType } from "@allfunds/contract/events";
import type { BookState } from "../../engine/book-state.ts";
import { uuidOfText } from "../../engine/canonical-json.ts";
import { accountByCode, evolveAccountOpened, type AccountOpened } from "../accounts/account.ts";
import { fundOf } from "../funds/fund.ts";

/** What one account of each kind is kept for, and in what: its own currency, or the fund's base currency. */
type KeptFor =
  | "CURRENCY"
  | "BASE"
  /** In the base currency, one for each foreign currency. */
  | "FOREIGN_IN_BASE"
  | "CLASS"
  /** In an asset: units of a class, or the count of a security. */
  | "CLASS_UNITS"
  | "ACCOUNT_UNITS"
  | "SECURITY";

interface ChartRow {
  readonly number: string;
  readonly name: string;
  readonly type: AccountType;
  readonly per: KeptFor;
  /** Whether only commands of fund administration post to it. */
  readonly managed?: true;
}

/** The chart of an administered fund. Bank, receivables, payables, income and costs stay open to postings by hand. */
export const CHART = {
  BANK: { number: "1000", name: "Bank", type: "ASSET", per: "CURRENCY" },
  SUBSCRIPTIONS_RECEIVABLE: {
    number: "1100",
    name: "Subscriptions receivable",
    type: "ASSET",
    per: "CURRENCY",
  },
  COMPENSATION_RECEIVABLE: {
    number: "1160",
    name: "Compensation receivable from the manager",
    type: "ASSET",
    per: "CURRENCY",
  },
  INVESTMENTS: {
    number: "1200",
    name: "Investments at cost",
    type: "ASSET",
    per: "CURRENCY",
    managed: true,
  },
  APPRECIATION: {
    number: "1250",
    name: "Unrealised appreciation",
    type: "ASSET",
    per: "CURRENCY",
    managed: true,
  },
  DIVIDENDS_RECEIVABLE: {
    number: "1300",
    name: "Dividends receivable",
    type: "ASSET",
    per: "CURRENCY",
  },
  ACCRUED_INTEREST: {
    number: "1310",
    name: "Accrued interest",
    type: "ASSET",
    per: "CURRENCY",
    managed: true,
  },
  COUPONS_RECEIVABLE: {
    number: "1320",
    name: "Coupons receivable",
    type: "ASSET",
    per: "CURRENCY",
  },
  TAX_RECLAIMABLE: { number: "1330", name: "Tax reclaimable", type: "ASSET", per: "CURRENCY" },
  SALES_RECEIVABLE: {
    number: "1400",
    name: "Receivable for investments sold",
    type: "ASSET",
    per: "CURRENCY",
  },
  POSITION: { number: "1800", name: "Position", type: "ASSET", per: "SECURITY", managed: true },
  EXCHANGE_BASE: {
    number: "1900",
    name: "Exchange, carried in base",
    type: "ASSET",
    per: "FOREIGN_IN_BASE",
    managed: true,
  },
  PURCHASES_PAYABLE: {
    number: "2000",
    name: "Payable for investments bought",
    type: "LIABILITY",
    per: "CURRENCY",
  },
  SUBSCRIPTIONS_IN_ADVANCE: {
    number: "2050",
    name: "Subscriptions received in advance",
    type: "LIABILITY",
    per: "CURRENCY",
  },
  REDEMPTIONS_PAYABLE: {
    number: "2100",
    name: "Redemptions payable",
    type: "LIABILITY",
    per: "CURRENCY",
  },
  MANAGEMENT_FEE_PAYABLE: {
    number: "2200",
    name: "Management fee payable",
    type: "LIABILITY",
    per: "BASE",
  },
  ADMINISTRATION_FEE_PAYABLE: {
    number: "2210",
    name: "Administration fee payable",
    type: "LIABILITY",
    per: "BASE",
  },
  CUSTODY_FEE_PAYABLE: {
    number: "2215",
    name: "Custody fee payable",
    type: "LIABILITY",
    per: "BASE",
  },
  ENTRY_CHARGES_PAYABLE: {
    number: "2220",
    name: "Entry charges payable to distributor",
    type: "LIABILITY",
    per: "CURRENCY",
  },
  POSITION_CONTRA: {
    number: "2800",
    name: "Position, contra",
    type: "LIABILITY",
    per: "SECURITY",
    managed: true,
  },
  EXCHANGE_FOREIGN: {
    number: "2900",
    name: "Exchange",
    type: "LIABILITY",
    per: "CURRENCY",
    managed: true,
  },
  UNIT_CAPITAL: {
    number: "3000",
    name: "Unit capital",
    type: "EQUITY",
    per: "CLASS",
    managed: true,
  },
  CLASS_RESULT: { number: "3100", name: "Result", type: "EQUITY", per: "CLASS", managed: true },
  UNITS_IN_ISSUE: {
    number: "3800",
    name: "Units in issue",
    type: "EQUITY",
    per: "CLASS_UNITS",
    managed: true,
  },
  ACCOUNT_UNITS: {
    number: "3801",
    name: "Units",
    type: "EQUITY",
    per: "ACCOUNT_UNITS",
    managed: true,
  },
  RESULT_ALLOCATED: {
    number: "3900",
    name: "Result allocated to classes",
    type: "EQUITY",
    per: "BASE",
    managed: true,
  },
  DIVIDEND_INCOME: { number: "4000", name: "Dividend income", type: "INCOME", per: "BASE" },
  INTEREST_INCOME: { number: "4010", name: "Interest income", type: "INCOME", per: "BASE" },
  REALISED_PRICE: {
    number: "4100",
    name: "Realised gain, price",
    type: "INCOME",
    per: "BASE",
    managed: true,
  },
  REALISED_CURRENCY: {
    number: "4110",
    name: "Realised gain, currency",
    type: "INCOME",
    per: "BASE",
    managed: true,
  },
  UNREALISED_PRICE: {
    number: "4200",
    name: "Unrealised gain, price",
    type: "INCOME",
    per: "BASE",
    managed: true,
  },
  UNREALISED_CURRENCY: {
    number: "4210",
    name: "Unrealised gain, currency",
    type: "INCOME",
    per: "BASE",
    managed: true,
  },
  EXIT_CHARGES: { number: "4300", name: "Exit charge income", type: "INCOME", per: "CLASS" },
  MANAGEMENT_FEE: { number: "5000", name: "Management fee", type: "EXPENSE", per: "CLASS" },
  ADMINISTRATION_FEE: {
    number: "5010",
    name: "Administration fee",
    type: "EXPENSE",
    per: "BASE",
  },
  CUSTODY_FEE: { number: "5015", name: "Custody fee", type: "EXPENSE", per: "BASE" },
  TRANSACTION_COSTS: { number: "5100", name: "Transaction costs", type: "EXPENSE", per: "BASE" },
  WITHHOLDING_TAX: { number: "5200", name: "Withholding tax", type: "EXPENSE", per: "BASE" },
} as const satisfies Record<string, ChartRow>;

export type FundAccountKind = keyof typeof CHART;

/** Income and expenses that a class has of its own. */
export const RESULTS_OF_CLASS = [
  "EXIT_CHARGES",
  "MANAGEMENT_FEE",
] as const satisfies readonly FundAccountKind[];

/** What distinguishes accounts of one kind; each kind reads the members it is kept for. */
export interface AccountScope {
  /** Currency of the account, or with `EXCHANGE_BASE` the foreign currency it stands for. The base when absent. */
  readonly currency?: string;
  /** Code of the share class. */
  readonly classCode?: string;
  /** The asset it is kept in: `<ISIN>/<decimals>`. */
  readonly asset?: string;
  /** The investor's account whose units it keeps. */
  readonly investorAccountId?: string;
}

/** An account of the chart, whether it is open already or not. */
export interface FundAccount {
  readonly code: string;
  readonly name: string;
  readonly accountType: AccountType;
  readonly currency: string;
  readonly managed: boolean;
}

/** The code of an account: its number, and behind it the foreign currency, class, security or investor's account. */
export const accountCode = (
  kind: FundAccountKind,
  base: string,
  scope: AccountScope = {},
): string => [CHART[kind].number, ...suffixOf(CHART[kind].per, base, scope)].join("-");

function suffixOf(per: KeptFor, base: string, scope: AccountScope): string[] {
  const { currency = base, classCode = "", asset = "", investorAccountId = "" } = scope;
  if (per === "CURRENCY" || per === "FOREIGN_IN_BASE") return currency === base ? [] : [currency];
  if (per === "CLASS" || per === "CLASS_UNITS") return [classCode];
  if (per === "ACCOUNT_UNITS") return [classCode, investorAccountId];
  if (per === "SECURITY") return [asset.split("/")[0] ?? ""];
  return [];
}

export function fundAccount(
  kind: FundAccountKind,
  base: string,
  scope: AccountScope = {},
): FundAccount {
  const row: ChartRow = CHART[kind];
  const suffix = suffixOf(row.per, base, scope);
  const inAsset = ["CLASS_UNITS", "ACCOUNT_UNITS", "SECURITY"].includes(row.per);
  const own = row.per === "CURRENCY" ? (scope.currency ?? base) : base;
  return {
    code: accountCode(kind, base, scope),
    name: [row.name, ...suffix.slice(0, 1)].join(" "),
    accountType: row.type,
    currency: inAsset ? (scope.asset ?? "") : own,
    managed: row.managed === true,
  };
}

/** The id that an account of the chart gets when it opens: the same in every replica and repeat. */
export const fundAccountId = (fundId: string, code: string): string =>
  uuidOfText(`account ${fundId} ${code}`);

/**
 * The chart of a fund while a command is decided: accounts are found by what they are kept for, and those not
 * open yet are opened in the draft. `opened` are the events to record before what is posted to them.
 */
export class FundChart {
  readonly opened: AccountOpened[] = [];
  readonly fundId: string;
  /** Base currency of the fund. */
  readonly base: string;
  readonly #draft: BookState;
  /** Ids by code of accounts that were open before: a fund deals thousands of orders on the same few. */
  readonly #known: Map<string, string>;
  readonly #openedHere = new Set<string>();

  constructor(draft: BookState, before?: FundChart) {
    const fund = fundOf(draft);
    this.fundId = fund?.id ?? "";
    this.base = fund?.currency ?? "";
    this.#draft = draft;
    this.#known = before === undefined ? new Map() : before.#known;
  }

  /** The same chart on a fork of its draft, which may be dropped. */
  on(fork: BookState): FundChart {
    return new FundChart(fork, this);
  }

  /** Id of the account; ALREADY_EXISTS when its code is that of an account of another kind. */
  idOf(kind: FundAccountKind, scope: AccountScope = {}): string {
    const code = accountCode(kind, this.base, scope);
    const known = this.#known.get(code);
    if (known !== undefined) return known;
    const wanted = fundAccount(kind, this.base, scope);
    const present = accountByCode(this.#draft, code);
    if (present === undefined) return this.#open(wanted);
    const isSame =
      present.type === wanted.accountType &&
      present.currency === wanted.currency &&
      present.managed === wanted.managed;
    if (isSame) return this.#remember(code, present.id);
    throw new AppError(
      "ALREADY_EXISTS",
      `The code ${wanted.code} belongs to an account that fund administration cannot use.`,
    );
  }

  /** Not of one that was opened here: a fork may be dropped, and the account with it. */
  #remember(code: string, id: string): string {
    if (!this.#openedHere.has(id)) this.#known.set(code, id);
    return id;
  }

  #open({ managed, ...account }: FundAccount): string {
    const isUnits = account.code.startsWith(`${CHART.ACCOUNT_UNITS.number}-`);
    const opened: AccountOpened = {
      type: "AccountOpened",
      accountId: fundAccountId(this.fundId, account.code),
      fundId: this.fundId,
      ...account,
      // No investor redeems more than is held.
      minimumMinor: isUnits ? 0n : null,
      countsAsCash: account.code.startsWith(CHART.BANK.number),
      ...(managed ? { managed: true } : {}),
    };
    evolveAccountOpened(this.#draft, opened);
    this.opened.push(opened);
    this.#openedHere.add(opened.accountId);
    return opened.accountId;
  }
}
