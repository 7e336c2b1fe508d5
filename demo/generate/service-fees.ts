import { basisPoints, lastQuarter, slashMonth, type Movement, type Situation } from "./movement.ts";

/** What a fund owes those who manage, keep, count, audit and supervise it. */
export function serviceFees(situation: Situation): Movement[] {
  return [...monthlyFees(situation), ...quarterlyFees(situation), ...yearlyFees(situation)];
}

function monthlyFees({ day, random, balance, invested }: Situation): Movement[] {
  const fees: Movement[] = [];
  const netAssets = balance + invested;
  if (day.dueDays.has(6)) {
    const fee = basisPoints(netAssets, 4);
    fees.push(
      pay(
        fee,
        "Larkfield Portfolio Advisers LLP",
        random.pick([
          `Advisory mandate fee ${slashMonth(day)} 0.48 pct p.a.`,
          `Mgmt fee ${slashMonth(day)}`,
          `INV MGMT ${slashMonth(day)} LPA-${random.whole(100, 999)}`,
        ]),
      ),
    );
  }
  if (day.dueDays.has(9)) {
    fees.push(
      pay(485_000, "Steinwall Fund Services SA", `Fund admin & NAV calculation ${slashMonth(day)}`),
    );
    fees.push(
      pay(
        122_000 + random.whole(0, 40) * 1_150,
        "Fernmoor Transfer Agency SA",
        `TA services register keeping ${slashMonth(day)} inv ${random.whole(20_000, 29_999)}`,
      ),
    );
  }
  if (random.chance(0.03)) {
    fees.push(
      pay(
        random.skewed(120_000, 1_650_000),
        random.pick(["Kanzlei Rosendahl & Weiss", "Etude Marceline Avocats"]),
        random.pick([
          `Honorarnote Rechtsberatung ${random.whole(4_000, 4_999)}`,
          `Legal opinion prospectus update ${day.year}`,
          "Provision honoraires avocats dossier distribution",
        ]),
      ),
    );
  }
  return fees;
}

function quarterlyFees({ day, random, balance, invested }: Situation): Movement[] {
  if (day.month % 3 !== 1) return [];
  const fees: Movement[] = [];
  const quarter = lastQuarter(day);
  if (day.dueDays.has(11)) {
    fees.push(
      pay(
        basisPoints(invested, 1) + random.whole(0, 9_999),
        "Northgate Custody Bank",
        random.pick([
          `Safekeeping ${quarter}`,
          `Depotgebühren ${quarter}`,
          `Custody & settlement charges ${quarter}`,
        ]),
      ),
    );
    fees.push(
      pay(
        basisPoints(balance + invested, 1),
        "Northgate Custody Bank",
        `Depositary oversight ${quarter}`,
      ),
    );
  }
  if (day.dueDays.has(20)) {
    fees.push(
      pay(
        basisPoints(balance + invested, 1) + random.whole(0, 999),
        "Administration de l'Enregistrement",
        `Taxe d'abonnement ${quarter}`,
      ),
    );
  }
  if (day.dueDays.has(25)) {
    fees.push(pay(900_000, "Independent Directors Pool Sarl", `Directors fees board ${quarter}`));
  }
  return fees;
}

function yearlyFees({ day, random, invested }: Situation): Movement[] {
  const due = (month: number, date: number) => day.month === month && day.dueDays.has(date);
  const fees: Movement[] = [];
  if (due(1, 28))
    fees.push(
      pay(
        basisPoints(invested, 14) + random.whole(0, 99_999),
        "Larkfield Portfolio Advisers LLP",
        `Performance fee FY${day.year - 1} crystallised`,
      ),
    );
  if (due(12, 4))
    fees.push(
      pay(
        1_850_000,
        "Prueftreu Wirtschaftspruefer GmbH",
        `Abschlagsrechnung Jahresabschluss ${day.year}`,
      ),
    );
  if (due(4, 15))
    fees.push(
      pay(
        2_140_000,
        "Prueftreu Wirtschaftspruefer GmbH",
        `Statutory audit FY${day.year - 1} final invoice`,
      ),
    );
  if (due(2, 10))
    fees.push(pay(425_000, "Financial Supervisory Office", `Annual supervision levy ${day.year}`));
  if (due(6, 3)) fees.push(pay(6_800, "Entity Registry Service", "LEI annual renewal"));
  if (due(9, 16))
    fees.push(pay(175_000, "Bourse de Clairmont", `Droits annuels de cotation ${day.year}`));
  if (due(5, 22))
    fees.push(pay(318_000, "Steuerberatung Hellmann PartG", `Steuererklaerungen ${day.year - 1}`));
  return fees;
}

const pay = (cents: number, counterparty: string, text: string): Movement => ({
  cents: -cents,
  counterparty,
  text,
});
