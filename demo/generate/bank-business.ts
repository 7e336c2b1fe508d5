import { basisPoints, decimalText, slashMonth, type Movement, type Situation } from "./movement.ts";

const BANK = "Bankhaus Seegarten";
/** Units of a foreign currency per euro, in ten-thousandths, around which rates move. */
const RATES = [
  ["USD", 10_900],
  ["GBP", 8_450],
  ["CHF", 9_400],
  ["DKK", 74_600],
] as const;

/** What the bank does by itself: interest, charges, currency conversions, transfers between own accounts. */
export function bankBusiness(situation: Situation): Movement[] {
  return [
    ...conversions(situation),
    ...ownTransfers(situation),
    ...charges(situation),
    ...interest(situation),
  ];
}

function conversions({ day, random, balance }: Situation): Movement[] {
  if (!random.chance(0.22)) return [];
  const [currency, middle] = random.pick(RATES);
  const rate = middle + Math.round((middle * random.whole(-300, 300)) / 10_000);
  const sells = balance > 100_000_000 && random.chance(0.55);
  const euroCents = random.skewed(2_500_000, 38_000_000);
  const foreign = decimalText(Math.round((euroCents * rate) / 10_000));
  const quote = `${Math.floor(rate / 10_000)}.${String(rate % 10_000).padStart(4, "0")}`;
  const text = random.pick([
    `FX SPOT ${sells ? "BUY" : "SELL"} ${currency} ${foreign} @ ${quote}`,
    `Devisenabrechnung ${currency} ${foreign} Kurs ${quote}`,
    `CHANGE ${currency}/EUR ${quote} MONTANT ${foreign}`,
    `FXD-${random.whole(100_000, 999_999)} ${currency} ${foreign}`,
  ]);
  return [
    { cents: sells ? -euroCents : euroCents, counterparty: BANK, text, valueDate: day.following },
  ];
}

function ownTransfers({ day, random, balance }: Situation): Movement[] {
  if (!day.dueDays.has(16)) return [];
  const outward = balance > 200_000_000;
  const cents = random.whole(10, 40) * 1_000_000;
  return [
    {
      cents: outward ? -cents : cents,
      counterparty: "Harbour Lane Balanced Fund",
      text: random.pick([
        "Umbuchung Depotbank-Cash",
        "TRSF TO/FROM OWN ACCT CUSTODY CASH",
        "Kontoübertrag eigene Konten",
      ]),
    },
  ];
}

function charges({ day, random }: Situation): Movement[] {
  const movements: Movement[] = [];
  if (day.isLastOfMonth) {
    movements.push(charge(4_950, `Kontoführung ${slashMonth(day)}`));
    movements.push(charge(random.whole(41, 96) * 35, `Buchungsposten ${slashMonth(day)}`));
  }
  if (random.chance(0.2))
    movements.push(
      charge(
        random.pick([1_250, 1_800, 2_500]),
        random.pick(["Entgelt Eilüberweisung", "SWIFT OUR charges", "Frais de virement hors zone"]),
      ),
    );
  if (random.chance(0.02))
    movements.push(charge(random.whole(900, 14_000), "Korrespondenzbankspesen"));
  return movements;
}

/** Credit interest on the month's last balance, at a rate that fell with the central bank's. */
function interest({ day, balance }: Situation): Movement[] {
  if (!day.isLastOfMonth) return [];
  const yearlyPoints = day.year === 2024 ? 240 : day.year === 2025 ? 190 : 150;
  const text = `Habenzins ${slashMonth(day)} ${decimalText(yearlyPoints)} % p.a.`;
  return [{ cents: basisPoints(balance, yearlyPoints / 12), counterparty: BANK, text }];
}

const charge = (cents: number, text: string): Movement => ({
  cents: -cents,
  counterparty: BANK,
  text,
});
