import type { BookCommand } from "../model.ts";

const classId = (digits: string): string => `018f0000-0000-7000-8000-00000000c1${digits}`;

/** The share classes of an administered fund of tests: A in euros, B in dollars. */
export const CLASSES = { a: classId("0a"), b: classId("0b") } as const;

const fee = (rate: string) => ({ tiers: [{ from: "0", rate }], dayCount: "ACT_365F" as const });

/** Terms as of 1 September 2026, and two classes launched on the 30th at 100: the fund of the worked example. */
export const administerCommands = (fundId: string): BookCommand[] => [
  {
    kind: "AdministerFund",
    fundId,
    effectiveFrom: "2026-09-01",
    terms: {
      lei: "5493001KJTIIGC8Y1R12",
      cutOffTime: "15:00",
      timeZone: "Europe/Luxembourg",
      valuationFrequency: "SEMI_MONTHLY",
      holidays: ["2026-12-25", "2026-11-01"],
      administrationFee: fee("0.0010"),
    },
  },
  {
    kind: "OpenShareClass",
    fundId,
    classId: CLASSES.a,
    code: "A",
    name: "Class A",
    isin: "QSFUNDA00013",
    currency: "EUR",
    launchDate: "2026-09-30",
    launchPrice: "100.0000",
    terms: {
      managementFee: fee("0.0150"),
      entryCharge: { rate: "0.0100", to: "DISTRIBUTOR" },
      exitChargeRate: "0.0050",
    },
  },
  {
    kind: "OpenShareClass",
    fundId,
    classId: CLASSES.b,
    code: "B",
    name: "Class B",
    isin: "QSFUNDB00011",
    currency: "USD",
    launchDate: "2026-09-30",
    launchPrice: "100.0000",
    terms: { managementFee: fee("0.0075") },
  },
  {
    kind: "SetShareClassTerms",
    fundId,
    classId: CLASSES.a,
    effectiveFrom: "2027-01-01",
    terms: { minimumInitial: "1000" },
  },
  {
    kind: "SetShareClassState",
    fundId,
    classId: CLASSES.b,
    state: "SUSPENDED",
    reason: "No prices",
  },
  { kind: "SetShareClassState", fundId, classId: CLASSES.b, state: "OPEN", reason: "Prices again" },
];
