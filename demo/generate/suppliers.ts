import { lastQuarter, slashMonth, type Movement, type Situation } from "./movement.ts";

/** Who sells software, data, cover and attention to the fund. */
export function suppliers(situation: Situation): Movement[] {
  return [...software(situation), ...occasions(situation), ...doublePayment(situation)];
}

function software({ day, random }: Situation): Movement[] {
  const costs: Movement[] = [];
  if (day.dueDays.has(2))
    costs.push(
      pay(
        148_000 + random.whole(0, 52_000),
        "Nimbostrat Cloud Europe BV",
        `Usage ${slashMonth(day)} acct 7741-220`,
      ),
    );
  if (day.dueDays.has(5))
    costs.push(pay(46_200, "Desklane Software Ltd", "Workspace seats 12 users monthly"));
  if (day.dueDays.has(7))
    costs.push(
      pay(689_000, "Tickerline Data Services", `Terminal & real-time feeds ${slashMonth(day)}`),
    );
  if (day.dueDays.has(21) && day.month % 3 === 0)
    costs.push(
      pay(1_240_000, "Hochfeld Index AG", `Benchmark index licence ${day.month / 3}/${day.year}`),
    );
  if (day.dueDays.has(19) && day.month === 2)
    costs.push(
      pay(2_876_000, "Ordermill Systems GmbH", `Portfolio management system Wartung ${day.year}`),
    );
  if (random.chance(0.035))
    costs.push(
      pay(
        random.skewed(45_000, 420_000),
        "Rechnerkontor Seegarten",
        random
          .pick(["Notebook + Dock RE 2", "Hardware invoice 88", "Monitore Handelsraum RE 5"])
          .concat(String(random.whole(100, 999))),
      ),
    );
  return costs;
}

function occasions({ day, random }: Situation): Movement[] {
  const costs: Movement[] = [];
  if (day.month === 1 && day.dueDays.has(4))
    costs.push(
      pay(
        3_420_000,
        "Brackwater Versicherung AG",
        `D&O / E&O Police 77-2041 Jahrespraemie ${day.year}`,
      ),
    );
  if (day.month === 7 && day.dueDays.has(1))
    costs.push(
      pay(
        864_000,
        "Brackwater Versicherung AG",
        `Cyber policy premium ${day.year}/${day.year + 1}`,
      ),
    );
  if (day.month % 3 === 1 && day.dueDays.has(15))
    costs.push(
      pay(
        31_870,
        "Volksschutz Sachversicherung",
        `Inhaltsversicherung Büro Beitrag ${lastQuarter(day)}`,
      ),
    );
  if (random.chance(0.022))
    costs.push(
      pay(
        random.skewed(90_000, 1_150_000),
        random.pick([
          "Messegesellschaft Rheinaue",
          "Studio Farbton GmbH",
          "Investor Forum Events Ltd",
        ]),
        random.pick([
          "Standmiete Fondskongress",
          "Factsheet redesign and print",
          "Sponsoring investor evening",
          "Anzeigenschaltung Fachpresse",
        ]),
      ),
    );
  return costs;
}

function doublePayment({ day }: Situation): Movement[] {
  const on = (date: string) => date > day.previous && date <= day.date;
  const first = "Data room hosting Rg 2025-0918";
  const second = "Softwareprojekt Meilenstein 3 Rg 40771";
  if (on("2025-09-08") || on("2025-09-11")) return [pay(743_800, "Aktenkeller Online AG", first)];
  if (on("2025-10-07"))
    return [
      {
        cents: 743_800,
        counterparty: "Aktenkeller Online AG",
        text: `Rueckerstattung Doppelzahlung ${first.slice(-12)}`,
      },
    ];
  if (on("2026-09-15") || on("2026-09-18"))
    return [pay(1_963_500, "Ordermill Systems GmbH", second)];
  return [];
}

const pay = (cents: number, counterparty: string, text: string): Movement => ({
  cents: -cents,
  counterparty,
  text,
});
