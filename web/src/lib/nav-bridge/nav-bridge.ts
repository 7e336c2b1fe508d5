import type { AccountClass, AccountNameFragment } from "../graph/graph-types.generated.ts";
import { decimalsOf } from "../money/currency.ts";
import { addDecimals, negateDecimal, parseDecimal, printDecimal, ZERO } from "../money/decimal.ts";
import { signOf, type Money } from "../money/money.ts";

/** What moved net assets. */
const STEP_KINDS = ["flows", "income", "costs", "prices", "currency", "carried"] as const;
type StepKind = (typeof STEP_KINDS)[number];

/** What one account moved; above zero raised net assets. */
interface BridgeAccount {
  readonly account: AccountNameFragment;
  readonly money: Money;
}

interface BridgeStep {
  readonly kind: StepKind;
  readonly money: Money;
  /** Empty for what has no account of its own. */
  readonly accounts: readonly BridgeAccount[];
}

/** From net assets before a range of days to those at its end, in one currency of the books. */
export interface NavBridge {
  readonly currency: string;
  readonly opening: Money;
  readonly steps: readonly BridgeStep[];
  readonly closing: Money;
  /** Opening and steps are the closing, to the last unit. */
  readonly ties: boolean;
}

/** A balance sheet: assets, liabilities and result in each currency, and its equity accounts. */
export interface BridgeBalance {
  readonly totals: readonly {
    readonly currency: string;
    readonly assets: Money;
    readonly liabilities: Money;
    readonly result: Money;
  }[];
  readonly equity: readonly BridgeAccount[];
}

/** An income or expense account that moved. Income is above zero when earned, expenses when spent. */
export interface ResultLine {
  readonly account: AccountNameFragment & {
    readonly class: AccountClass;
    readonly managed: boolean;
  };
  readonly amount: Money;
}

/** Whether amounts in it are money: units of securities and classes have longer names. */
const isMoney = (currency: string): boolean => /^[A-Z]{3}$/.test(currency);

/**
 * The steps between two balance sheets. Net assets are assets less liabilities. Capital is what moved on equity
 * accounts, without results of closed years that were carried to them; the rest is the income statement.
 */
export function navBridges(
  before: BridgeBalance,
  after: BridgeBalance,
  result: readonly ResultLine[],
): NavBridge[] {
  const currencies = [...before.totals, ...after.totals].map(({ currency }) => currency);
  return [...new Set(currencies)]
    .filter(isMoney)
    .map((currency) => bridgeIn(currency, before, after, result));
}

function bridgeIn(
  currency: string,
  before: BridgeBalance,
  after: BridgeBalance,
  result: readonly ResultLine[],
): NavBridge {
  const moved = result
    .filter(({ amount }) => amount.currency === currency)
    .map((line) => ({ kind: kindOf(line), account: line.account, money: effectOf(line) }));
  const net = sum(
    currency,
    moved.map(({ money }) => money),
  );
  const resultMoved = minus(resultIn(after, currency), resultIn(before, currency));
  const capital = movedEquity(before, after, currency);
  const steps = STEP_KINDS.map((kind): BridgeStep => {
    if (kind === "carried") return { kind, money: minus(resultMoved, net), accounts: [] };
    const accounts = kind === "flows" ? capital : moved.filter((each) => each.kind === kind);
    const amounts = accounts.map(({ money }) => money);
    return { kind, money: sum(currency, amounts), accounts };
  });
  const [opening, closing] = [netAssetsIn(before, currency), netAssetsIn(after, currency)];
  const reached = sum(currency, [opening, ...steps.map(({ money }) => money)]);
  return {
    currency,
    opening,
    steps: steps.filter(({ kind, money }) => kind !== "carried" || signOf(money.amount) !== 0),
    closing,
    ties: signOf(minus(closing, reached).amount) === 0,
  };
}

/** Accounts of an administered fund that only valuations and trades post to, by the numbers of its chart. */
const PRICE_RESULT = /^4[12]00(?:-|$)/;
const CURRENCY_RESULT = /^4[12]10(?:-|$)/;

function kindOf({ account }: ResultLine): StepKind {
  if (account.class === "CURRENCY_RESULT") return "currency";
  if (account.managed && CURRENCY_RESULT.test(account.code)) return "currency";
  if (account.managed && PRICE_RESULT.test(account.code)) return "prices";
  return account.type === "INCOME" ? "income" : "costs";
}

const effectOf = ({ account, amount }: ResultLine): Money =>
  account.type === "EXPENSE" ? minus({ ...amount, amount: "0" }, amount) : amount;

function movedEquity(
  before: BridgeBalance,
  after: BridgeBalance,
  currency: string,
): BridgeAccount[] {
  const of = ({ equity }: BridgeBalance) =>
    new Map(
      equity
        .filter(({ money }) => money.currency === currency)
        .map((each) => [each.account.id, each]),
    );
  const [earlier, later] = [of(before), of(after)];
  const nothing = { amount: "0", currency };
  return [...new Map([...earlier, ...later]).values()]
    .map(({ account }) => ({
      account,
      money: minus(
        later.get(account.id)?.money ?? nothing,
        earlier.get(account.id)?.money ?? nothing,
      ),
    }))
    .filter(({ money }) => signOf(money.amount) !== 0);
}

const totalIn = ({ totals }: BridgeBalance, wanted: string) =>
  totals.find(({ currency }) => currency === wanted);

function netAssetsIn(balance: BridgeBalance, currency: string): Money {
  const total = totalIn(balance, currency);
  return total ? minus(total.assets, total.liabilities) : { amount: "0", currency };
}

const resultIn = (balance: BridgeBalance, currency: string): Money =>
  totalIn(balance, currency)?.result ?? { amount: "0", currency };

const decimalOf = ({ amount }: Money) => parseDecimal(amount) ?? ZERO;

const minus = (left: Money, right: Money): Money => ({
  currency: left.currency,
  amount: printDecimal(addDecimals(decimalOf(left), negateDecimal(decimalOf(right)))),
});

const sum = (currency: string, amounts: readonly Money[]): Money => ({
  currency,
  // With the decimals of the currency, also where nothing moved.
  amount: printDecimal(
    amounts.map(decimalOf).reduce(addDecimals, { units: 0n, scale: decimalsOf(currency) }),
  ),
});
