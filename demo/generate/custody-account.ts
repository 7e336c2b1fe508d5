import { businessDays, type BusinessDay } from "./business-days.ts";
import type { BankCode, CashEntry } from "./cash-entry.ts";
import { decimalText } from "./movement.ts";
import { couponText, dividendText, tradeText } from "./portfolio-wording.ts";
import { seededRandom, type Random } from "./random.ts";
import { BONDS, SHARES } from "./securities.ts";

const SEED = 20_261_102;
const CUSTODIAN = "Northgate Custody Bank";
const BROKERS = ["Hellweg Wertpapierhandel AG", "Ferrant Securities SA", "Lime Wharf Brokers Ltd"];

/** Cents on the account before the first entry. */
export const OPENING_BALANCE = 318_442_617;
export const OPENING_DATE = "2026-10-30";
export const FIRST_DATE = "2026-11-02";
export const LAST_DATE = "2026-11-20";

/** Three weeks of the account on which the custodian settles the fund's trades. */
export function custodyAccount(): CashEntry[] {
  const random = seededRandom(SEED);
  const days = businessDays(FIRST_DATE, LAST_DATE);
  const everyDay = days.flatMap((day) => [...settlements(day, random), ...income(day, random)]);
  return [...everyDay, ...specialEntries(days)].toSorted(
    (a, b) =>
      Number(a.pending ?? false) - Number(b.pending ?? false) || a.date.localeCompare(b.date),
  );
}

function settlements(day: BusinessDay, random: Random): CashEntry[] {
  const entries: CashEntry[] = [];
  if (random.chance(0.75)) {
    const cents = random.whole(6_000_000, 52_000_000);
    const text = tradeText("buy", random.pick(SHARES), cents, day, random);
    entries.push({
      date: day.date,
      cents: -cents,
      code: TRADE,
      counterparty: random.pick(BROKERS),
      text,
    });
  }
  if (random.chance(0.7)) {
    const cents = random.whole(8_000_000, 58_000_000);
    const text = tradeText(
      "sell",
      random.chance(0.6) ? random.pick(SHARES) : random.pick(BONDS),
      cents,
      day,
      random,
    );
    entries.push({ date: day.date, cents, code: TRADE, counterparty: random.pick(BROKERS), text });
  }
  return entries;
}

function income(day: BusinessDay, random: Random): CashEntry[] {
  if (random.chance(0.35)) {
    const cents = random.whole(180_000, 2_400_000);
    const text = dividendText(random.pick(SHARES), cents, day, random);
    return [{ date: day.date, cents, code: DIVIDEND, counterparty: CUSTODIAN, text }];
  }
  if (random.chance(0.35)) {
    const text = couponText(random.pick(BONDS), day, random);
    return [
      {
        date: day.date,
        cents: random.whole(240_000, 1_900_000),
        code: COUPON,
        counterparty: CUSTODIAN,
        text,
      },
    ];
  }
  return [];
}

/** One of each case an importer has to understand. */
function specialEntries(days: readonly BusinessDay[]): CashEntry[] {
  const date = (index: number): string => days[index]?.date ?? LAST_DATE;
  return [
    {
      date: date(0),
      cents: -412_350,
      code: CUSTODY_FEE,
      counterparty: CUSTODIAN,
      text: "Safekeeping and settlement fees 10/2026",
    },
    {
      date: date(3),
      cents: 61_204_900,
      code: CREDIT_TRANSFER,
      counterparty: "Fernmoor Transfer Agency SA",
      text: "Subscription collection batch 2026-11-05",
      details: SUBSCRIPTIONS,
    },
    {
      date: date(4),
      cents: 1_284_000,
      code: DIVIDEND,
      counterparty: CUSTODIAN,
      text: `DVCA ${isin(10)} PAY DATE 06NOV26`,
    },
    // The dividend above was booked for a record date on which the shares were already sold.
    {
      date: date(6),
      cents: -1_284_000,
      code: DIVIDEND,
      counterparty: CUSTODIAN,
      text: `Reversal DVCA ${isin(10)} booked 06NOV26`,
      reversal: true,
    },
    {
      date: date(7),
      cents: 868_214,
      code: DIVIDEND,
      counterparty: CUSTODIAN,
      text: `CASH DIV ${isin(11)} Lysterfield Data Inc USD 9420.12`,
      foreign: { cents: 942_012, currency: "USD", rate: "1.0850" },
    },
    {
      date: date(8),
      cents: 41_836_250,
      code: TRADE,
      counterparty: "Lime Wharf Brokers Ltd",
      text: `SELL 5200 ${isin(12)} Prairiegate Foods Corp`,
      charges: { cents: 3_750, text: "Foreign settlement fee" },
    },
    {
      date: date(10),
      cents: 25_000_000,
      code: CREDIT_TRANSFER,
      counterparty: "Harbour Lane Balanced Fund",
      text: "Funding from operating account",
    },
    {
      date: date(12),
      cents: -1_215,
      code: ACCOUNT_CHARGE,
      counterparty: CUSTODIAN,
      text: "SWIFT message charges",
    },
    {
      date: date(14),
      cents: -18_240,
      code: ACCOUNT_CHARGE,
      counterparty: CUSTODIAN,
      text: `Proxy voting service, ${decimalText(3_040)} x 6`,
    },
    {
      date: date(14),
      cents: -22_718_455,
      code: TRADE,
      counterparty: "Ferrant Securities SA",
      text: `ACHAT 1150 titres ${isin(9)} bordereau 887213`,
      pending: true,
    },
  ];
}

const isin = (index: number): string => SHARES[index]?.isin ?? "";

const SUBSCRIPTIONS: NonNullable<CashEntry["details"]> = [
  { cents: 25_000_000, counterparty: "Quillon Fund Platform SA", text: "SUBS CL A ORD S2671004" },
  {
    cents: 14_250_000,
    counterparty: "Alderbrook Pension Scheme",
    text: "Subscription class A S2671011",
  },
  {
    cents: 9_804_900,
    counterparty: "Stiftung Lindenhain",
    text: "Zeichnung Anteile Kl. B S2671019",
  },
  {
    cents: 7_150_000,
    counterparty: "Fondation Clairmarais",
    text: "SOUSCRIPTION PARTS B S2671023",
  },
  { cents: 5_000_000, counterparty: "Kestrel Wealth Platform", text: "Fund units order S2671042" },
];

const TRADE: BankCode = ["SECU", "SETT", "TRAD"];
const DIVIDEND: BankCode = ["SECU", "CORP", "DVCA"];
const COUPON: BankCode = ["SECU", "CORP", "INTR"];
const CUSTODY_FEE: BankCode = ["SECU", "CUST", "CHRG"];
const CREDIT_TRANSFER: BankCode = ["PMNT", "RCDT", "ESCT"];
const ACCOUNT_CHARGE: BankCode = ["ACMT", "MDOP", "CHRG"];
