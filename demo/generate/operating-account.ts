import { bankBusiness } from "./bank-business.ts";
import { businessDays, type BusinessDay } from "./business-days.ts";
import { businessTrips } from "./business-trips.ts";
import { investorMoney } from "./investor-money.ts";
import type { Movement, Situation } from "./movement.ts";
import { officeCosts } from "./office-costs.ts";
import { Portfolio } from "./portfolio.ts";
import { seededRandom } from "./random.ts";
import { serviceFees } from "./service-fees.ts";
import { suppliers } from "./suppliers.ts";

/** A booked line of the statement. */
export interface BookedLine extends Movement {
  readonly bookingDate: string;
  readonly valueDate: string;
  /** The bank's own number of the booking. */
  readonly reference: string;
  /** Cents on the account after this line. */
  readonly balance: number;
}

const SEED = 20_241_101;
const FIRST_DAY = "2024-11-01";
const LAST_DAY = "2026-10-31";
const SEED_CAPITAL = 4_200_000_000;

/** Two years of the fund's operating account, day by day, oldest line first. */
export function operatingAccount(): BookedLine[] {
  const random = seededRandom(SEED);
  const portfolio = new Portfolio();
  const lines: BookedLine[] = [];
  let balance = 0;

  const book = (day: BusinessDay, movements: readonly Movement[]): void => {
    for (const movement of movements) {
      balance += movement.cents;
      const number = String(lines.length + 1).padStart(6, "0");
      lines.push({
        ...movement,
        bookingDate: day.date,
        valueDate: movement.valueDate ?? day.date,
        reference: `BS${day.date.slice(2).replaceAll("-", "")}${number}`,
        balance,
      });
    }
  };

  for (const day of businessDays(FIRST_DAY, LAST_DAY)) {
    const now = (): Situation => ({ day, random, balance, invested: portfolio.invested });
    book(day, portfolio.income(now()));
    book(day, day.date === FIRST_DAY ? [seedCapital] : incomingFirst(investorMoney(now())));
    book(day, portfolio.trades(now()));
    book(day, serviceFees(now()));
    book(day, officeCosts(now()));
    book(day, suppliers(now()));
    book(day, businessTrips(now()));
    book(day, bankBusiness(now()));
  }
  return lines;
}

const seedCapital: Movement = {
  cents: SEED_CAPITAL,
  counterparty: "Harbour Lane Founders Holding",
  text: "Seed capital subscription founder shares class A",
};

const incomingFirst = (movements: readonly Movement[]): Movement[] =>
  movements.toSorted((a, b) => b.cents - a.cents);
