import {
  basisPoints,
  compactDate,
  decimalText,
  type Movement,
  type Situation,
} from "./movement.ts";

const INVESTORS = [
  "Alderbrook Pension Scheme",
  "Corvina Nominees Ltd",
  "Stiftung Lindenhain",
  "Meridia Vorsorge eG",
  "Fondation Clairmarais",
  "Ostvik Forsikring ASA",
  "Kestrel Wealth Platform",
  "Versorgungswerk Hagenried",
  "Tamberlane Family Office",
  "Caisse Mutuelle Valbrune",
  "Brackwater Life Assurance",
  "Norrhamn Kapitalforvaltning AB",
  "Privatbank Adlersgrund AG",
  "Quillon Fund Platform SA",
] as const;

/** What one unit cost at the start, in cents, and how much dearer it grows per month. */
const FIRST_UNIT_PRICE = 10_000;
const MONTHLY_GROWTH_POINTS = 55;

const SUBSCRIPTION_TEXTS = [
  (units: string, order: string, deal: string) =>
    `SUBS ${units} UNITS CL A DEAL DATE ${deal} ORD ${order}`,
  (units: string, order: string) => `Zeichnung ${units} Anteile Kl. A Auftrag ${order}`,
  (units: string, order: string) => `SOUSCRIPTION ${units} PARTS B REF ${order}`,
  (_: string, order: string, deal: string) => `Subscription proceeds TA batch ${order} NAV ${deal}`,
  (units: string, order: string) => `EREF+${order} SVWZ+Fondsanteile Kauf ${units} Stk`,
  (_: string, order: string) => `INVESTMENT IN FUND UNITS, ORDER ${order}`,
];

const REDEMPTION_TEXTS = [
  (units: string, order: string, deal: string) =>
    `REDM ${units} UNITS CL A DEAL DATE ${deal} ORD ${order}`,
  (units: string, order: string) => `Rücknahme ${units} Anteile Kl. B Auftrag ${order}`,
  (units: string, order: string) => `RACHAT ${units} PARTS A REF ${order}`,
  (_: string, order: string, deal: string) => `Redemption payment order ${order} NAV ${deal}`,
  (units: string, order: string) => `Rueckgabe Fondsanteile ${units} Stk ${order}`,
];

/** Subscriptions arrive before the two dealing days of the week, redemptions leave after them. */
export function investorMoney(situation: Situation): Movement[] {
  const { day, random } = situation;
  const movements: Movement[] = [];
  // The year's first and last weeks bring new mandates; in August investors are away.
  const season = day.month === 1 || day.month === 12 ? 1.5 : day.month === 8 ? 0.5 : 1;
  for (let slot = 0; slot < 3; slot += 1) {
    if (!random.chance((day.weekday === 2 || day.weekday === 4 ? 0.62 : 0.32) * season)) continue;
    movements.push(order(situation, random.skewed(400_000, 60_000_000), SUBSCRIPTION_TEXTS, "S"));
  }
  for (let slot = 0; slot < 2; slot += 1) {
    if (!random.chance(day.weekday === 3 || day.weekday === 5 ? 0.5 : 0.22)) continue;
    movements.push(order(situation, -random.skewed(300_000, 48_000_000), REDEMPTION_TEXTS, "R"));
  }
  return [...movements, ...distribution(situation)];
}

type OrderText = (units: string, order: string, dealDate: string) => string;

function order(
  { day, random }: Situation,
  roughCents: number,
  texts: readonly OrderText[],
  kind: string,
): Movement {
  const monthsIn = (day.year - 2024) * 12 + day.month - 11;
  const unitPrice =
    FIRST_UNIT_PRICE + basisPoints(FIRST_UNIT_PRICE, MONTHLY_GROWTH_POINTS * monthsIn);
  // Investors order in round sums as often as in units.
  const cents = random.chance(0.5) ? Math.trunc(roughCents / 100_000) * 100_000 : roughCents;
  const milliUnits = Math.floor((Math.abs(cents) * 1_000) / unitPrice);
  const units = `${Math.floor(milliUnits / 1_000)}.${String(milliUnits % 1_000).padStart(3, "0")}`;
  const number = `${kind}${String(day.year).slice(2)}${random.whole(10_000, 99_999)}`;
  return {
    cents,
    counterparty: random.pick(INVESTORS),
    text: random.pick(texts)(units, number, compactDate(day.previous)),
  };
}

/** The distributing class pays out in May and November. */
function distribution({ day, random, invested }: Situation): Movement[] {
  if (day.year === 2024 || !(day.month === 5 || day.month === 11) || !day.dueDays.has(20))
    return [];
  return [
    {
      cents: -basisPoints(invested, 60) - random.whole(0, 99_999),
      counterparty: "Fernmoor Transfer Agency SA",
      text: `Ausschuettung Anteilklasse B ${day.year} an Anleger, ${decimalText(60)} EUR je Anteil`,
    },
  ];
}
