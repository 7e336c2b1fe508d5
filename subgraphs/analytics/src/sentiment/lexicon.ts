/**
 * Words of financial news and reports, chosen for this project. A direction word takes its meaning
 * from what moves: "profit fell" is bad, "losses fell" is good.
 */
const list = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

export const UP = list(`
  rise rises rose risen rising increase increases increased increasing grow grows grew grown growing growth gain gains
  gained climb climbs climbed climbing jump jumps jumped surge surges surged soar soars soared higher up expand expands
  expanded widen widens widened widening double doubled doubles exceed exceeds exceeded accelerate accelerated advanced
  rallied rally climbing escalate escalated mounting swell swelled inflows record raised raise raises lifted boosted`);

export const DOWN = list(`
  fall falls fell fallen falling decrease decreases decreased decreasing decline declines declined declining drop drops
  dropped dropping lower down shrink shrinks shrank shrunk narrow narrows narrowed narrowing slump slumped slumps plunge
  plunged plunges tumble tumbled slide slid slipped slips slip reduce reduces reduced reduction halve halved cut cuts
  ease eased eases contracted contract retreated sank sink dipped dip lost eroded tightened`);

/** More of it is good. */
export const GOOD_THINGS = list(`
  profit profits earnings revenue revenues sales income margin margins nav value assets dividend dividends cash liquidity
  return returns performance subscriptions inflow inflows demand orders yield turnover ebitda surplus share shares price
  prices portfolio fund funds coverage distributions savings guidance outlook rating commitments occupancy`);

/** More of it is bad. */
export const BAD_THINGS = list(`
  loss losses cost costs expense expenses debt debts default defaults impairment impairments writedown writedowns
  redemptions outflow outflows risk risks volatility drawdown drawdowns fees charges arrears deficit unemployment inflation
  delinquencies provisions leverage bankruptcies delays vacancies claims penalties shortfall exposure errors complaints
  burn overdraft`);

export const POSITIVE = list(`
  beat beats outperform outperforms outperformed upgrade upgraded strong stronger robust solid improve improves improved
  improvement improving recover recovers recovered recovery success successful successfully profitable favourable favorable
  approved award awarded won exceeded resilient healthy attractive confident optimistic positive breakthrough secured
  oversubscribed milestone rebound rebounded excellent best win repaid resolved`);

export const NEGATIVE = list(`
  miss misses missed underperform underperformed underperforms downgrade downgraded weak weaker weakness poor worse worst
  bankruptcy bankrupt insolvency insolvent fraud fraudulent lawsuit litigation sanction sanctions sanctioned fine fined
  investigation breach breached warning warns warned suspend suspended suspends suspension terminated disappointing
  disappointed adverse unfavourable uncertain uncertainty crisis illiquid gated overdue negative dispute misconduct
  restated halted closure layoffs defaulted write-off qualified failed fails shortfall concern concerns`);

/** Turn the next few words around. */
export const NEGATION = list(
  "not no never without neither nor cannot hardly didn't doesn't isn't wasn't won't don't avoided avoids despite",
);
