import type { ValuationInputs } from "@allfunds/contract/valuation";
import { CLASSES } from "../fund-terms/administered-fund.fixture.ts";
import type { BookCommand } from "../model.ts";

/** One euro of result for one unit of class A. */
export const INPUTS: ValuationInputs = {
  baseCurrency: "EUR",
  navDecimals: 4,
  navRounding: "HALF_UP",
  since: null,
  rates: [],
  positions: [],
  interests: [],
  exchanges: [],
  unallocated: "1.00",
  fees: [],
  classes: [
    {
      classId: CLASSES.a,
      code: "A",
      currency: "EUR",
      units: "1.0000",
      opening: "100.00",
      ownItems: "0.00",
      ownItemsEver: "0.00",
      fees: [],
    },
  ],
};

const valuationId = (digits: string): string => `018f0000-0000-7000-8000-00000000d1${digits}`;
const [PUBLISHED, DISCARDED] = [valuationId("0a"), valuationId("0b")];
/** Before every other value date of the books of tests. */
const NAV_DATE = "2020-01-31";

/** A NAV that is published and one that is discarded, each with who gives the command. */
export const valuationCommands = (fundId: string): [by: string, command: BookCommand][] => {
  const calculate = (id: string, navDate: string): BookCommand => ({
    kind: "CalculateNav",
    fundId,
    valuationId: id,
    navDate,
    readAt: 1,
    tenantReadAt: 0,
    inputs: INPUTS,
    checks: [],
  });
  return [
    [
      "ann",
      {
        kind: "AdministerFund",
        fundId,
        effectiveFrom: "2020-01-01",
        terms: { cutOffTime: "15:00", timeZone: "Europe/Luxembourg" },
      },
    ],
    ["ann", calculate(PUBLISHED, NAV_DATE)],
    [
      "boss",
      {
        kind: "PublishNav",
        fundId,
        valuationId: PUBLISHED,
        readAt: 1_000_000,
        inputs: INPUTS,
      },
    ],
    ["ann", calculate(DISCARDED, "2020-02-29")],
    ["ann", { kind: "DiscardNav", fundId, valuationId: DISCARDED, reason: "A wrong date" }],
  ];
};
