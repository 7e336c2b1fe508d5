import type { Movement, Situation } from "./movement.ts";

const CITIES = [
  "Zuerich",
  "Paris",
  "London",
  "Wien",
  "Mailand",
  "Luxembourg",
  "Frankfurt",
  "Kopenhagen",
];

type Expense = readonly [
  counterparty: string,
  low: number,
  high: number,
  text: (city: string, number: number) => string,
];

const EXPENSES: readonly Expense[] = [
  ["Aerolinea Nord", 14_900, 68_000, (city, number) => `Flugticket ${city} ETIX 220${number}`],
  ["Bahnreisen Direkt", 3_990, 21_800, (city, number) => `Fahrkarte ${city} Auftrag ${number}`],
  [
    "Hotel Kronenhof",
    15_600,
    74_000,
    (city, number) => `HOTEL KRONENHOF ${city.toUpperCase()} FOLIO ${number}`,
  ],
  ["Residence du Parc", 17_200, 58_000, (city, number) => `2 nuits ${city} facture ${number}`],
  ["Taxi Zentrale", 1_450, 8_900, (city) => `KARTENZAHLUNG TAXI ${city.toUpperCase()}`],
  [
    "Gasthaus Lindenhof",
    4_800,
    41_000,
    (city, number) => `POS ${city.toUpperCase()} BELEG ${number} BEWIRTUNG`,
  ],
  [
    "Reisebuero Weitblick",
    9_900,
    146_000,
    (city, number) => `Reisekosten Dienstreise ${city} RG ${number}`,
  ],
];

/** Card payments and invoices of business trips; few in August and around the year's end. */
export function businessTrips({ day, random }: Situation): Movement[] {
  const quiet = day.month === 8 || day.month === 12;
  const conferences = [3, 5, 9, 10].includes(day.month);
  const movements: Movement[] = [];
  for (let slot = 0; slot < 2; slot += 1) {
    if (!random.chance(quiet ? 0.08 : conferences ? 0.42 : 0.26)) continue;
    const [counterparty, low, high, text] = random.pick(EXPENSES);
    movements.push({
      cents: -random.skewed(low, high),
      counterparty,
      text: text(random.pick(CITIES), random.whole(10_000, 99_999)),
    });
  }
  return movements;
}
