import type { BusinessDay } from "./business-days.ts";
import { compactDate, decimalText, germanDate } from "./movement.ts";
import type { Random } from "./random.ts";
import type { Bond, Share } from "./securities.ts";

/** How brokers and custodians word a settled trade. */
export function tradeText(
  side: "buy" | "sell",
  security: Share | Bond,
  cents: number,
  day: BusinessDay,
  random: Random,
): string {
  const { name, isin } = security;
  const traded = compactDate(day.previous);
  const contract = `${random.whole(100_000, 999_999)}`;
  if ("couponMonths" in security) {
    const nominal = decimalText(Math.round(cents / 100_000) * 100_000);
    return random.pick([
      `${side === "buy" ? "BOT" : "SLD"} NOM ${nominal} ${name} ${isin} TD ${traded}`,
      `Wertpapierabrechnung ${side === "buy" ? "Kauf" : "Verkauf"} Nom. ${nominal} ${name} ${isin}`,
      `${side === "buy" ? "ACHAT" : "VENTE"} OBLIG ${isin} ${nominal} CONTRAT ${contract}`,
    ]);
  }
  // The price is not on the line, so any whole number of pieces is plausible.
  const pieces = Math.max(1, Math.round(cents / random.whole(2_100, 19_500)));
  return random.pick([
    `${side === "buy" ? "BUY" : "SELL"} ${pieces} ${name} ${isin} TD ${traded} CN ${contract}`,
    `WP-ABR ${side === "buy" ? "KAUF" : "VERKAUF"} ${pieces} STK ${isin} ${name.toUpperCase()}`,
    `DVP ${side === "buy" ? "RECEIPT" : "DELIVERY"} ${isin} QTY ${pieces} TRADE ${contract}`,
    `${side === "buy" ? "Achat" : "Vente"} ${pieces} titres ${name} bordereau ${contract}`,
  ]);
}

/** `grossCents` is the dividend before tax was withheld. */
export function dividendText(
  share: Share,
  grossCents: number,
  day: BusinessDay,
  random: Random,
): string {
  const gross = decimalText(grossCents);
  return random.pick([
    `CASH DIV ${share.isin} ${share.name} GROSS ${gross} WHT 15.00 PCT`,
    `Dividendengutschrift ${share.name} ${share.isin} Zahltag ${germanDate(day.date)}`,
    `DIVIDENDE ${share.name} COUPON NET ${share.isin}`,
    `DVCA ${share.isin} PAY DATE ${compactDate(day.date)}`,
  ]);
}

export function couponText(bond: Bond, day: BusinessDay, random: Random): string {
  return random.pick([
    `INTR ${bond.isin} ${bond.name} PAY DATE ${compactDate(day.date)}`,
    `Zinsgutschrift ${bond.name} WKN/ISIN ${bond.isin}`,
    `COUPON ${bond.name}`,
  ]);
}

export function reclaimText(day: BusinessDay, random: Random): string {
  return random.pick([
    `Tax reclaim double taxation treaty FY${day.year - 1}`,
    `Erstattung Quellensteuer ${day.year - 1} Antrag ${random.whole(1_000, 9_999)}`,
  ]);
}
