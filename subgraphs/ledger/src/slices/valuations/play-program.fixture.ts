import { expect } from "vitest";
import {
  byDate,
  NAV_DATES,
  type Fact,
  type Figures,
  type Program,
  type RandomFund,
} from "./random-fund.fixture.ts";

/** Plays a program: facts in the order of their days. Those that come late are left for behind the last NAV. */
export async function play(
  fund: RandomFund,
  { facts, orders, prices, wrong }: Program,
  { isLate, isWrong }: { readonly isLate: boolean; readonly isWrong: boolean },
): Promise<{
  readonly figures: Figures[];
  readonly accepted: readonly Fact[];
  readonly late: readonly Fact[];
}> {
  const [figures, accepted, late]: [Figures[], Fact[], Fact[]] = [[], [], []];
  let since = "";
  for (const [index, navDate] of NAV_DATES.slice(1).entries()) {
    await fund.quote(navDate, (isWrong ? wrong : prices)[index] ?? [1, 1, 1, 10_000]);
    for (const fact of facts.filter(({ date }) => date > since && date <= navDate)) {
      if (isLate && fact.isLate) late.push(fact);
      else if ((await fund.record(fact)) === "ok") accepted.push(fact);
      else if (isLate) late.push(fact);
    }
    for (const order of orders.filter((each) => each.navDate === navDate)) await fund.order(order);
    figures.push(await fund.publish(navDate));
    since = navDate;
  }
  return { figures, accepted, late: late.sort(byDate) };
}

/** Restates from a day on when anything changed since; what was known before stays. */
export async function restate(fund: RandomFund, from: (typeof NAV_DATES)[number]): Promise<void> {
  const position = await fund.lastPosition();
  const known = await fund.navsKnownAt(position);
  const input = { fundId: fund.fundId, from, reason: "Found later" };
  const [first] = await fund.ask<{ id: string }[]>("restateNav", input);
  await fund.release(first?.id ?? "");
  expect(await fund.navsKnownAt(position)).toEqual(known);
}

/** Codes of accounts of units name investors, who are others in every fund. */
export const withoutIds = (balances: Readonly<Record<string, string>>): object =>
  Object.fromEntries(
    Object.entries(balances).map(([code, amount]) => [code.replace(/^(3801-.)-.*/, "$1"), amount]),
  );
