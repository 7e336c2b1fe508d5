import { basisPoints, type Movement, type Situation } from "./movement.ts";
import { couponText, dividendText, reclaimText, tradeText } from "./portfolio-wording.ts";
import { BONDS, SHARES, type Bond, type Share } from "./securities.ts";

const CUSTODIAN = "Northgate Custody Bank";
const BROKERS = [
  CUSTODIAN,
  "Hellweg Wertpapierhandel AG",
  "Ferrant Securities SA",
  "Lime Wharf Brokers Ltd",
];
/** The share of the fund kept in cash, in hundredths of a percent. */
const CASH_TARGET_POINTS = 600;
/** Withheld at source, in hundredths of a percent of the gross dividend. */
const WITHHOLDING_POINTS = 1_500;
const SMALLEST_TRADE = 4_000_000;
const LARGEST_TRADE = 95_000_000;

/** The securities side of the fund: what it holds, what it trades, and what holding pays. */
export class Portfolio {
  readonly #costs = new Map<Share | Bond, number>();

  /** Cents of securities held, at cost. */
  get invested(): number {
    return [...this.#costs.values()].reduce((sum, cost) => sum + cost, 0);
  }

  /** Dividends, coupons and reclaimed tax of the day. */
  income({ day, random }: Situation): Movement[] {
    const movements: Movement[] = [];
    for (const [security, cost] of this.#costs) {
      const months = "couponMonths" in security ? security.couponMonths : security.dividendMonths;
      // Each issuer has a pay day of its own.
      const payDay = 2 + ((security.isin.charCodeAt(8) + security.name.length * 3) % 25);
      if (cost === 0 || !months.includes(day.month) || !day.dueDays.has(payDay)) continue;
      if ("couponMonths" in security) {
        const nominal = Math.round(cost / 100_000) * 100_000;
        const cents = basisPoints(nominal, security.ratePoints / months.length);
        movements.push({ cents, counterparty: CUSTODIAN, text: couponText(security, day, random) });
      } else {
        const gross = basisPoints(cost, security.yieldPoints / months.length);
        const cents = gross - basisPoints(gross, WITHHOLDING_POINTS);
        movements.push({
          cents,
          counterparty: CUSTODIAN,
          text: dividendText(security, gross, day, random),
        });
      }
    }
    if (day.month % 3 === 0 && day.dueDays.has(18)) {
      const cents = random.skewed(80_000, 1_900_000);
      movements.push({ cents, counterparty: CUSTODIAN, text: reclaimText(day, random) });
    }
    return movements.filter(({ cents }) => cents > 0);
  }

  /** Sales when cash is short, purchases when there is too much, and a little rotation. */
  trades(situation: Situation): Movement[] {
    const { random, balance } = situation;
    const target = basisPoints(balance + this.invested, CASH_TARGET_POINTS);
    const sales = balance < target / 2 || random.chance(0.22) ? this.#sell(situation) : [];
    const purchases: Movement[] = [];
    const rounds = balance > 3 * target ? 5 : 1;
    let left = balance;
    for (let round = 0; round < rounds; round += 1) {
      if (left < target || !random.chance(0.55)) continue;
      const bought = this.#buy(situation, Math.min(LARGEST_TRADE, Math.floor(left / 3)));
      left += bought.cents;
      purchases.push(bought);
    }
    return [...sales, ...purchases];
  }

  #buy({ day, random }: Situation, limit: number): Movement {
    const security = random.chance(0.7) ? random.pick(SHARES) : random.pick(BONDS);
    const cents = random.whole(SMALLEST_TRADE, Math.max(limit, SMALLEST_TRADE));
    this.#costs.set(security, (this.#costs.get(security) ?? 0) + cents);
    const text = tradeText("buy", security, cents, day, random);
    return { cents: -cents, counterparty: random.pick(BROKERS), text, valueDate: day.following };
  }

  #sell({ day, random }: Situation): Movement[] {
    const held = [...this.#costs].filter(([, cost]) => cost > SMALLEST_TRADE);
    if (held.length === 0) return [];
    const [security, cost] = random.pick(held);
    const sold = basisPoints(cost, random.whole(25, 80) * 100);
    this.#costs.set(security, cost - sold);
    const cents = basisPoints(sold, 10_000 + random.whole(-600, 1_500));
    const text = tradeText("sell", security, cents, day, random);
    return [{ cents, counterparty: random.pick(BROKERS), text, valueDate: day.following }];
  }
}
