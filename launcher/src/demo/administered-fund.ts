// A fund whose register, portfolio and NAVs are kept by commands. The other demo fund cannot be it: what its
// bank statements post to capital and to 5200 belongs to no share class, and would keep every NAV from being published.

// The ids are fixed, so that an interrupted load resumes where it stopped.
const id = (item: number): string => `0193a8c0-0002-7000-8000-${String(item).padStart(12, "0")}`;

export const ADMINISTERED_FUND = {
  key: "equity",
  id: id(0),
  name: "Harbour Lane Global Equity",
  currency: "EUR",
} as const;

const fundId = ADMINISTERED_FUND.id;
const fee = (rate: string) => ({ tiers: [{ from: "0", rate }], dayCount: "ACT_365F" });

export const TERMS = {
  fundId,
  effectiveFrom: "2026-07-01",
  lei: "529900DEMOHLGE000040",
  valuationFrequency: "MONTHLY",
  cutOffTime: "15:00",
  timeZone: "Europe/Luxembourg",
  settlementDays: 3,
  holidays: ["2026-12-25"],
  administrationFee: fee("0.0010"),
};

const [CLASS_A, CLASS_B] = [id(1), id(2)];

export const CLASSES = [
  {
    fundId,
    id: CLASS_A,
    code: "A",
    name: "Class A, EUR, accumulating",
    isin: "QSHLGEA00010",
    currency: "EUR",
    launchDate: "2026-07-31",
    launchPrice: "100",
    managementFee: fee("0.0150"),
    entryCharge: { rate: "0.0100", to: "DISTRIBUTOR" },
    exitChargeRate: "0.0050",
    minimumInitial: "1000",
  },
  {
    fundId,
    id: CLASS_B,
    code: "B",
    name: "Class B, USD, institutions",
    isin: "QSHLGEB00018",
    currency: "USD",
    launchDate: "2026-07-31",
    launchPrice: "100",
    managementFee: fee("0.0075"),
    minimumInitial: "100000",
  },
];

const investorId = (item: number): string => id(100 + item);
const person = (item: number, taxCountry: string, name: string) =>
  investor(item, taxCountry, name, "PERSON");
const entity = (item: number, taxCountry: string, name: string) =>
  investor(item, taxCountry, name, "LEGAL_ENTITY");
const investor = (item: number, taxCountry: string, name: string, kind: string) => ({
  id: investorId(item),
  reference: `HL-${String(item).padStart(4, "0")}`,
  kind,
  taxCountry,
  kycState: item === 8 ? "PENDING" : "CLEARED",
  ...(item === 8 ? {} : { kycUntil: "2028-12-31" }),
  person: { name },
});

/** Invented people and institutions. The last one is not cleared yet. */
export const INVESTORS = [
  entity(1, "LU", "Moselle Family Office S.A."),
  person(2, "DE", "Friederike Andresen"),
  entity(3, "US", "Lakeside Teachers' Pension Plan"),
  person(4, "FR", "Étienne Marchand"),
  entity(5, "CH", "Stiftung Seeblick"),
  person(6, "IL", "נועה ברק"),
  person(7, "FR", "Camille Marchand"),
  person(8, "AT", "Leopold Hirsch"),
];

const equity = (isin: string, name: string, currency: string, issuer: object = {}) => ({
  ...issuer,
  isin,
  name,
  securityType: "EQUITY",
  currency,
  quantityDecimals: 0,
});

const [NORDLICHT, ROBOTICS, RAIL, BOND, INDEX] = [
  "QSNORDL00018",
  "QSHROBO00018",
  "QSPRAIL00011",
  "QSELBTL00310",
  "QSWRLDI00011",
];

export const SECURITIES = [
  equity(NORDLICHT, "Nordlicht Energie", "EUR", { country: "DE", sector: "UTILITIES" }),
  equity(ROBOTICS, "Harbour Robotics", "USD", { country: "US", sector: "INDUSTRIALS" }),
  equity(RAIL, "Pacific Rail", "USD", { country: "US", sector: "INDUSTRIALS" }),
  { ...equity(INDEX, "World Index Fund", "EUR"), securityType: "FUND" },
  {
    isin: BOND,
    country: "DE",
    sector: "UTILITIES",
    name: "Elbtal 3.5 % 2031",
    securityType: "BOND",
    currency: "EUR",
    quantityDecimals: 0,
    bond: {
      couponRate: "0.035",
      frequency: 1,
      dayCount: "ACT_ACT_ICMA",
      accruesFrom: "2026-03-15",
      maturity: "2031-03-15",
    },
  },
];

/** Dollars for one euro. */
const EURUSD: readonly [date: string, rate: string][] = [
  ["2026-07-31", "1.0832"],
  ["2026-08-06", "1.0854"],
  ["2026-08-07", "1.0861"],
  ["2026-08-31", "1.0902"],
  ["2026-09-30", "1.0957"],
  ["2026-10-08", "1.0921"],
  ["2026-10-30", "1.0874"],
];

export const RATES = EURUSD.map(([date, rate]) => ({
  date,
  base: "EUR",
  quote: "USD",
  rate,
  source: "DEMO",
}));

/** At the ends of July, August, September and October. */
const MONTH_ENDS = ["2026-07-31", "2026-08-31", "2026-09-30", "2026-10-30"];
const CLOSES: Readonly<Record<string, readonly string[]>> = {
  [NORDLICHT]: ["51.90", "54.15", "56.80", "55.20"],
  [ROBOTICS]: ["117.40", "121.05", "126.30", "129.75"],
  [RAIL]: ["61.20", "60.45", "62.10", "63.85"],
  [INDEX]: ["87.60", "88.95", "90.20", "91.05"],
  [BOND]: ["98.40", "98.75", "99.20", "99.05"],
};

export const PRICES = SECURITIES.flatMap(({ isin, currency, securityType }) =>
  MONTH_ENDS.map((date, month) => ({
    isin,
    date,
    price: CLOSES[isin]?.[month] ?? "0",
    currency,
    kind: securityType === "BOND" ? "NOMINAL_PERCENT" : "LAST",
    source: "DEMO",
  })),
);

const order = (item: number, kind: string, investor: number, receivedAt: string, more: object) => ({
  id: id(200 + item),
  kind,
  classId: CLASS_A,
  investorId: investorId(investor),
  receivedAt,
  reference: `ORDER-${String(item).padStart(4, "0")}`,
  ...more,
});

const trade = (item: number, isin: string, dates: readonly [string, string], more: object) => ({
  id: id(300 + item),
  isin,
  side: "BUY",
  tradeDate: dates[0],
  settlementDate: dates[1],
  reference: `TRADE-${String(item).padStart(4, "0")}`,
  ...more,
});

/** A dividend with its payment; the tax of the source is withheld. */
export const DIVIDEND = {
  action: {
    id: id(400),
    fundId,
    kind: "DIVIDEND",
    isin: NORDLICHT,
    exDate: "2026-09-15",
    payDate: "2026-09-22",
    perUnit: "1.10",
    withholdingRate: "0.15",
  },
} as const;

/** A month up to its NAV: orders that are dealt at it, trades of it, and when its orders are settled. */
export interface DemoMonth {
  readonly navDate: string;
  readonly valuationId: string;
  readonly orders: readonly { readonly id: string }[];
  readonly trades: readonly { readonly id: string }[];
  readonly settledOn: string;
}

export const MONTHS: readonly DemoMonth[] = [
  {
    navDate: "2026-07-31",
    valuationId: id(500),
    orders: [
      order(1, "SUBSCRIPTION", 1, "2026-07-30T08:00:00Z", { amount: "500000.00" }),
      order(2, "SUBSCRIPTION", 2, "2026-07-30T09:30:00Z", { amount: "250000.00" }),
      order(3, "SUBSCRIPTION", 3, "2026-07-30T14:10:00Z", {
        classId: CLASS_B,
        amount: "400000.00",
      }),
      order(4, "SUBSCRIPTION", 4, "2026-07-31T07:45:00Z", { amount: "100000.00" }),
    ],
    trades: [],
    settledOn: "2026-08-05",
  },
  {
    navDate: "2026-08-31",
    valuationId: id(501),
    orders: [
      order(5, "SUBSCRIPTION", 5, "2026-08-20T10:00:00Z", {
        classId: CLASS_B,
        amount: "120000.00",
      }),
    ],
    trades: [
      trade(1, NORDLICHT, ["2026-08-06", "2026-08-10"], {
        quantity: "4000",
        price: "52.40",
        costs: "104.80",
      }),
      trade(2, ROBOTICS, ["2026-08-06", "2026-08-10"], {
        quantity: "1500",
        price: "118.20",
        costs: "44.33",
      }),
      trade(3, RAIL, ["2026-08-07", "2026-08-11"], {
        quantity: "2000",
        price: "61.75",
        costs: "30.88",
      }),
      trade(4, BOND, ["2026-08-10", "2026-08-12"], { quantity: "200000", price: "98.60" }),
      trade(5, INDEX, ["2026-08-12", "2026-08-14"], {
        quantity: "1200",
        price: "88.10",
        costs: "21.14",
      }),
    ],
    settledOn: "2026-09-03",
  },
  {
    navDate: "2026-09-30",
    valuationId: id(502),
    orders: [
      order(6, "SUBSCRIPTION", 6, "2026-09-16T07:00:00Z", { amount: "75000.00" }),
      order(7, "REDEMPTION", 2, "2026-09-17T12:20:00Z", { units: "500" }),
    ],
    trades: [
      trade(6, NORDLICHT, ["2026-09-18", "2026-09-22"], {
        side: "SELL",
        quantity: "1000",
        price: "55.90",
        costs: "27.95",
      }),
    ],
    settledOn: "2026-10-05",
  },
  {
    navDate: "2026-10-30",
    valuationId: id(503),
    orders: [
      order(8, "SUBSCRIPTION", 5, "2026-10-20T08:15:00Z", { amount: "60000.00" }),
      order(9, "REDEMPTION", 4, "2026-10-22T11:05:00Z", { amount: "15000.00" }),
    ],
    trades: [
      trade(7, ROBOTICS, ["2026-10-08", "2026-10-12"], {
        quantity: "400",
        price: "124.60",
        costs: "12.46",
      }),
      trade(8, BOND, ["2026-10-14", "2026-10-16"], {
        side: "SELL",
        quantity: "50000",
        price: "99.10",
      }),
    ],
    settledOn: "2026-11-04",
  },
];

/** Orders that wait for the NAV of November. */
export const WAITING_ORDERS = [
  order(10, "REDEMPTION", 3, "2026-11-12T15:40:00Z", { classId: CLASS_B, units: "300" }),
  order(11, "SUBSCRIPTION", 1, "2026-11-16T09:10:00Z", { amount: "40000.00" }),
];
