import { lastQuarter, slashMonth, type Movement, type Situation } from "./movement.ts";

/** The fund manages itself, with an office and six people. */
export function officeCosts(situation: Situation): Movement[] {
  return [...people(situation), ...premises(situation), ...taxes(situation)];
}

function people({ day, random }: Situation): Movement[] {
  const costs: Movement[] = [];
  // Pay rose in January 2026; in November there is a thirteenth salary.
  const salaries = (day.year < 2026 ? 3_184_260 : 3_311_630) * (day.month === 11 ? 2 : 1);
  if (day.dueDays.has(25))
    costs.push(
      pay(
        salaries,
        "Sammelüberweisung Gehälter",
        random.pick([`LOHN/GEHALT ${slashMonth(day)} 6 POSTEN`, `Salary run ${slashMonth(day)}`]),
      ),
    );
  if (day.dueDays.has(27))
    costs.push(
      pay(
        Math.round(salaries * 0.41),
        "Sozialversicherungskasse Mitte",
        `SV-BEITRAEGE ${slashMonth(day)} BETRIEBSNR 81204477`,
      ),
    );
  if (day.dueDays.has(10))
    costs.push(
      pay(
        Math.round(salaries * 0.33),
        "Finanzkasse Adlersgrund",
        `Lohnsteuer ${slashMonth(day)} StNr 204/118/20931`,
      ),
    );
  if (day.dueDays.has(28))
    costs.push(
      pay(268_400, "Pensionskasse Meridia", `Betriebliche Altersvorsorge ${slashMonth(day)}`),
    );
  return costs;
}

function premises({ day, random }: Situation): Movement[] {
  const costs: Movement[] = [];
  const cold = [11, 12, 1, 2, 3].includes(day.month);
  const rent = day.year < 2026 ? 874_500 : 901_600;
  if (day.dueDays.has(1))
    costs.push(
      pay(
        rent,
        "Immobilien Seegarten KG",
        `Bueromiete ${slashMonth(day)} Seegartenallee 14, 3. OG`,
      ),
    );
  if (day.dueDays.has(3))
    costs.push(
      pay(
        (cold ? 61_200 : 38_900) + random.whole(0, 14_500),
        "Energie Seegarten GmbH",
        `STROM/WAERME ABSCHLAG ${slashMonth(day)} KD 5520918`,
      ),
    );
  if (day.dueDays.has(8))
    costs.push(
      pay(
        18_990,
        "Fernleitung Telekommunikation AG",
        `Festnetz und Glasfaser RG ${random.whole(700_000, 799_999)}`,
      ),
    );
  if (day.dueDays.has(12))
    costs.push(
      pay(
        21_400 + random.whole(0, 9_800),
        "Mobilnetz Drei Laender",
        `Mobilfunk ${slashMonth(day)} 9 SIM`,
      ),
    );
  if (day.dueDays.has(17) && day.month % 3 === 2)
    costs.push(
      pay(
        12_600 + random.whole(0, 3_100),
        "Wasserwerk Adlersgrund",
        `Wasser/Abwasser ${lastQuarter(day)}`,
      ),
    );
  if (day.dueDays.has(14))
    costs.push(pay(57_500, "Blitzblank Objektservice", `Unterhaltsreinigung ${slashMonth(day)}`));
  if (random.chance(0.09))
    costs.push(
      pay(
        random.skewed(3_400, 96_000),
        "Papierhaus Volkmar",
        `Bueromaterial Rg ${random.whole(30_000, 39_999)}`,
      ),
    );
  return costs;
}

function taxes({ day, random }: Situation): Movement[] {
  if (day.month % 3 !== 2 || !day.dueDays.has(10)) return [];
  const cents = random.skewed(420_000, 1_460_000);
  return [
    pay(cents, "Finanzkasse Adlersgrund", `Umsatzsteuer ${lastQuarter(day)} StNr 204/118/20931`),
  ];
}

const pay = (cents: number, counterparty: string, text: string): Movement => ({
  cents: -cents,
  counterparty,
  text,
});
