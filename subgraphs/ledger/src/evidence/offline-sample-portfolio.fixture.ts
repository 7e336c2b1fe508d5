import { idOf, type LogWriter } from "./offline-log.fixture.ts";

const SHARE = "IE00B4L5Y983";

/** Securities, prices and rates in the tenant's own book. */
export function recordTenantFacts(log: LogWriter): void {
  const bond = {
    couponRate: "0.0425",
    frequency: 2,
    dayCount: "ACT_ACT_ICMA",
    accruesFrom: "2022-01-15",
    firstCoupon: "2022-06-30",
    maturity: "2032-12-31",
    isMonthEnd: true,
    exCouponDays: 7,
  };
  const of = { currency: "EUR", quantityDecimals: 4 };
  log.add("SecuritiesRegistered", {
    fundId: null,
    batchId: idOf(0x901),
    securities: [
      { ...of, id: idOf(0x902), isin: SHARE, name: "Shares", securityType: "FUND", bond: null },
      { ...of, id: idOf(0x903), isin: "DE0001102580", name: "Bond", securityType: "BOND", bond },
    ],
  });
  log.add("PricesRecorded", { fundId: null, batchId: idOf(0x904), prices: [price("98.70")] });
  const rate = { date: "2026-06-30", base: "EUR", quote: "USD", rate: "1.08", source: "ECB" };
  log.add("ExchangeRatesRecorded", { fundId: null, batchId: idOf(0x905), rates: [rate] });
}

/** A price that is only the fund's. */
export function recordFundPrices(log: LogWriter): void {
  log.add("PricesRecorded", { batchId: idOf(0x906), prices: [price("98.65")] });
}

const price = (amount: string): object => ({
  isin: SHARE,
  date: "2026-06-30",
  price: amount,
  currency: "EUR",
  kind: "LAST",
  source: "XETR",
});
