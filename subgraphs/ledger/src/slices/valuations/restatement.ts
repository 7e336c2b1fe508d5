import { formatAmount, formatScaled, parseAmount, parseDecimal } from "@allfunds/contract/money";
import type { Compensation, ValuationFigures, ValuationInputs } from "@allfunds/contract/valuation";
import { compensationOf, type DealtOrder } from "./compensation.ts";
import { emptyPosition } from "./late-posting.ts";
import { strike, type Change, type Strike } from "./strike.ts";
import { strikePostings, type StrikeAccount, type StrikePosting } from "./strike-postings.ts";
import { figuresOf, toStrikeInput } from "./valuation-inputs.ts";

/** A published NAV with what it would rest on today. */
export interface PublishedStrike {
  readonly valuationId: string;
  readonly inputs: ValuationInputs;
  /** The same with what came late; absent when nothing did. */
  readonly corrected?: ValuationInputs;
  /** Prices by ISIN and rates of its date, as they are known now. */
  readonly prices: ReadonlyMap<string, ValuationInputs["positions"][number]["price"]>;
  readonly rates: ValuationInputs["rates"];
  readonly orders: readonly DealtOrder[];
}

/** A NAV as it should have been, and what makes good that it was not. */
export interface RestatedStrike {
  readonly supersedes: string;
  readonly inputs: ValuationInputs;
  readonly figures: ValuationFigures;
  readonly compensations: readonly Compensation[];
}

/**
 * Recomputes published NAVs in the order of their dates. Each later one opens with what the ones before it became,
 * compensation included.
 */
export function restate(published: readonly PublishedStrike[]): RestatedStrike[] {
  const carried = new Carried();
  return published.map(({ valuationId, inputs: old, corrected = old, prices, rates, orders }) => {
    const inputs = carried.into({ ...corrected, rates, positions: repriced(corrected, prices) });
    const figures = figuresOf(inputs);
    const compensations = orders.flatMap((order) => compensationOf(order, inputs, figures));
    carried.add(old, inputs, compensations);
    return { supersedes: valuationId, inputs, figures, compensations };
  });
}

const repriced = (
  { positions }: ValuationInputs,
  prices: PublishedStrike["prices"],
): ValuationInputs["positions"] =>
  positions.map((position) => ({ ...position, price: prices.get(position.isin) ?? null }));

/** What restated NAVs change of what later ones open with: by class, currency and position, in minor units. */
class Carried {
  readonly #openings = new Sums();
  readonly #units = new Sums();
  readonly #ownEver = new Sums();
  /** Of the last NAV's dealing only: the NAV after it allots them. */
  #own = new Sums();
  readonly #nets = new Sums();
  readonly #bases = new Sums();
  readonly #appreciations = new Sums();
  readonly #interests = new Sums();
  /** Currencies of the positions above. */
  readonly #currencies = new Map<string, string>();
  #unallocatedMinor = 0n;

  into(inputs: ValuationInputs): ValuationInputs {
    const { baseCurrency } = inputs;
    return {
      ...inputs,
      unallocated: formatAmount(
        parseAmount(inputs.unallocated, baseCurrency) + this.#unallocatedMinor,
        baseCurrency,
      ),
      positions: this.#withMissing(inputs.positions).map((position) => ({
        ...position,
        appreciation: this.#appreciations.onto(
          position.isin,
          position.appreciation,
          position.currency,
        ),
      })),
      interests: withCurrencies(inputs.interests, this.#interests, (currency) => ({
        currency,
        due: formatAmount(0n, currency),
        posted: formatAmount(0n, currency),
      })).map((one) => ({
        ...one,
        posted: this.#interests.onto(one.currency, one.posted, one.currency),
      })),
      exchanges: withCurrencies(inputs.exchanges, this.#bases, (currency) => ({
        currency,
        net: formatAmount(0n, currency),
        carried: formatAmount(0n, baseCurrency),
      })).map(({ currency, net, carried }) => ({
        currency,
        net: this.#nets.onto(currency, net, currency),
        carried: this.#bases.onto(currency, carried, baseCurrency),
      })),
      classes: inputs.classes.map((one) => {
        const units = parseDecimal(one.units);
        return {
          ...one,
          units: formatScaled(units.unscaled + this.#units.of(one.classId), units.scale),
          opening: this.#openings.onto(one.classId, one.opening, baseCurrency),
          ownItems: this.#own.onto(one.classId, one.ownItems, baseCurrency),
          ownItemsEver: this.#ownEver.onto(one.classId, one.ownItemsEver, baseCurrency),
        };
      }),
    };
  }

  /** A position that is gone by now has to give back what a restated NAV marks it up by. */
  #withMissing(positions: ValuationInputs["positions"]): ValuationInputs["positions"] {
    const present = new Set(positions.map(({ isin }) => isin));
    const missing = this.#appreciations
      .keys()
      .filter((isin) => !present.has(isin))
      .map((isin) => emptyPosition(isin, this.#currencies.get(isin) ?? ""));
    return [...positions, ...missing].toSorted((a, b) => (a.isin < b.isin ? -1 : 1));
  }

  add(old: ValuationInputs, inputs: ValuationInputs, compensations: readonly Compensation[]): void {
    const [before, after] = [strike(toStrikeInput(old)), strike(toStrikeInput(inputs))];
    this.#unallocatedMinor = after.leftMinor - before.leftMinor;
    this.#own = new Sums();
    this.#addStrike(before, old, -1n);
    this.#addStrike(after, inputs, 1n);
    for (const one of compensations) this.#addCompensation(one, inputs);
  }

  #addStrike(struck: Strike, { classes, baseCurrency }: ValuationInputs, sign: bigint): void {
    const exchange = (currency: string, { minor, baseMinor }: Change): void => {
      if (currency === baseCurrency) return;
      this.#nets.add(currency, sign * minor);
      this.#bases.add(currency, sign * baseMinor);
    };
    for (const { isin, currency, mark } of struck.positions) {
      this.#currencies.set(isin, currency);
      this.#appreciations.add(isin, sign * mark.minor);
      exchange(currency, mark);
    }
    for (const { currency, change } of struck.interests) {
      this.#interests.add(currency, sign * change.minor);
      exchange(currency, change);
    }
    for (const { currency, changeMinor } of struck.revaluations) {
      this.#bases.add(currency, sign * changeMinor);
    }
    for (const [index, { resultMinor, feesMinor }] of struck.classes.entries()) {
      const id = classes[index]?.classId ?? "";
      this.#openings.add(id, sign * resultMinor);
      this.#ownEver.add(id, -sign * feesMinor);
    }
  }

  #addCompensation(one: Compensation, { baseCurrency }: ValuationInputs): void {
    const { kind, classId, currency } = one;
    if (kind === "UNITS") {
      this.#units.add(classId, parseDecimal(one.units).unscaled);
      return;
    }
    const sign = kind === "TO_INVESTOR" ? -1n : 1n;
    const baseMinor = sign * parseAmount(one.amountBase, baseCurrency);
    if (kind === "RATE_OF_CHARGE") {
      this.#unallocatedMinor += baseMinor;
      this.#own.add(classId, baseMinor);
      this.#ownEver.add(classId, baseMinor);
    } else {
      this.#openings.add(classId, baseMinor);
    }
    if (currency === baseCurrency) return;
    this.#nets.add(currency, sign * parseAmount(one.amount, currency));
    this.#bases.add(currency, baseMinor);
  }
}

/** Rows by currency, and one more for each other currency in which something is carried. */
function withCurrencies<Row extends { readonly currency: string }>(
  rows: readonly Row[],
  carried: Sums,
  empty: (currency: string) => Row,
): Row[] {
  const present = new Set(rows.map(({ currency }) => currency));
  const missing = carried.keys().filter((currency) => !present.has(currency));
  return [...rows, ...missing.map(empty)].toSorted((a, b) => (a.currency < b.currency ? -1 : 1));
}

/** Sums by key. */
class Sums {
  readonly #sums = new Map<string, bigint>();

  /** Of those that are not zero. */
  keys(): string[] {
    return [...this.#sums].flatMap(([key, sum]) => (sum === 0n ? [] : [key]));
  }

  of(key: string): bigint {
    return this.#sums.get(key) ?? 0n;
  }

  add(key: string, minor: bigint): void {
    this.#sums.set(key, this.of(key) + minor);
  }

  onto(key: string, amount: string, currency: string): string {
    return formatAmount(parseAmount(amount, currency) + this.of(key), currency);
  }
}

/** What the books lack of a NAV as it should have been: its postings less those of the one it supersedes. */
export function differencePostings(old: ValuationInputs, inputs: ValuationInputs): StrikePosting[] {
  const base = inputs.baseCurrency;
  const texts = new Map<string, Map<string, { account: StrikeAccount; minor: bigint }>>();
  const add = (postings: readonly StrikePosting[], sign: bigint): void => {
    for (const { text, entries } of postings) {
      const sums = texts.get(text) ?? new Map<string, { account: StrikeAccount; minor: bigint }>();
      texts.set(text, sums);
      for (const { account, side, amountMinor } of entries) {
        const key = JSON.stringify(account);
        const minor = (side === "DEBIT" ? sign : -sign) * amountMinor;
        sums.set(key, { account, minor: (sums.get(key)?.minor ?? 0n) + minor });
      }
    }
  };
  add(strikePostings(strike(toStrikeInput(inputs)), base), 1n);
  add(strikePostings(strike(toStrikeInput(old)), base), -1n);
  return [...texts].flatMap(([text, sums]) => {
    const entries = [...sums.values()].flatMap(({ account, minor }) =>
      minor === 0n
        ? []
        : [
            {
              account,
              side: minor > 0n ? ("DEBIT" as const) : ("CREDIT" as const),
              amountMinor: minor > 0n ? minor : -minor,
            },
          ],
    );
    return entries.length === 0 ? [] : [{ text, entries }];
  });
}
