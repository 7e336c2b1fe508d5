import { newId } from "@allfunds/platform/ids";
import type { BookCommand } from "../slices/model.ts";
import { securityId } from "../slices/securities/security.ts";

const SHARE = "IE00B4L5Y983";
const BOND = "DE0001102580";

/** Securities, prices and rates as a tenant records them. */
export function tenantFacts(tenantId: string): BookCommand[] {
  return [
    {
      kind: "RegisterSecurities",
      batchId: newId(),
      securities: [
        {
          id: securityId(tenantId, SHARE),
          isin: SHARE,
          name: "World shares",
          securityType: "FUND",
          currency: "EUR",
          quantityDecimals: 4,
          bond: null,
        },
        {
          id: securityId(tenantId, BOND),
          isin: BOND,
          name: "Bond of 2032",
          securityType: "BOND",
          currency: "EUR",
          quantityDecimals: 2,
          bond: {
            couponRate: "0.0425",
            frequency: 2,
            dayCount: "ACT_ACT_ICMA",
            accruesFrom: "2022-01-15",
            firstCoupon: "2022-06-30",
            maturity: "2032-12-31",
            isMonthEnd: true,
            exCouponDays: 7,
          },
        },
      ],
    },
    {
      kind: "RecordPrices",
      fundId: null,
      batchId: newId(),
      prices: [
        {
          isin: SHARE,
          date: "2026-06-30",
          price: "98.70",
          currency: "EUR",
          kind: "LAST",
          source: "XETR",
        },
        {
          isin: BOND,
          date: "2026-06-30",
          price: "101.125",
          currency: "EUR",
          kind: "NOMINAL_PERCENT",
          source: "Vendor",
        },
      ],
    },
    {
      kind: "RecordExchangeRates",
      batchId: newId(),
      rates: [
        { date: "2026-06-30", base: "EUR", quote: "USD", rate: "1.0800", source: "ECB" },
        { date: "2026-06-30", base: "EUR", quote: "JPY", rate: "161.8", source: "ECB" },
      ],
    },
  ];
}

/** A price that only this fund uses. */
export const fundPrices = (fundId: string): BookCommand => ({
  kind: "RecordPrices",
  fundId,
  batchId: newId(),
  prices: [
    {
      isin: SHARE,
      date: "2026-06-30",
      price: "98.65",
      currency: "EUR",
      kind: "MID",
      source: "Board",
    },
  ],
});
