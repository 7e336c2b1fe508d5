import { JUDGEMENTS, MONTH_WORDS, TIME_UNIT } from "./checker-words.ts";
import { groupOfFund, type Fact } from "./fact.ts";
import {
  IMPLIED,
  MEASURES,
  PERIODS,
  RANKS,
  TO_COME,
  termsIn,
  type Vocabulary,
} from "./measure-words.ts";
import { inSet, type Prose } from "./prose.ts";

const ranksOf = ({ terms: { ranks = [] } }: Fact): readonly string[] => ranks;
const measuresOf = ({ terms: { measures } }: Fact): readonly string[] => measures;

/**
 * Whether the words around facts name them rightly: what they measure, their period and rank, who paid whom, what is
 * still to come. `directed` has the places of facts that a word of direction stands beside.
 */
export function namesFactsRightly(
  prose: Prose,
  facts: readonly Fact[],
  directed: ReadonlySet<number>,
): boolean {
  return (
    labelsRightly(prose, facts) &&
    pairsRows(facts) &&
    namesParties(prose, facts) &&
    staysToCome(prose, facts) &&
    areNamed(prose, facts, directed)
  );
}

function labelsRightly(prose: Prose, facts: readonly Fact[]): boolean {
  return (
    termsFit(prose, facts, { vocabulary: MEASURES, termsOf: measuresOf, applies: isFigure }) &&
    termsFit(prose, facts, {
      vocabulary: RANKS,
      termsOf: ranksOf,
      applies: ({ kind }) => kind !== "DATE",
    }) &&
    periodsFit(prose, facts) &&
    !termsIn(prose.whole, MEASURES).includes("ELSEWHERE") &&
    !JUDGEMENTS.some((pattern) => pattern.test(prose.whole)) &&
    !MONTH_WORDS.some((pattern) => pattern.test(prose.whole)) &&
    !TIME_UNIT.test(prose.whole)
  );
}

interface Labels {
  readonly vocabulary: Vocabulary;
  readonly termsOf: (fact: Fact) => readonly string[];
  readonly applies: (fact: Fact) => boolean;
}

/** Every term that names a fact must be one of the fact's. */
function termsFit({ folded }: Prose, facts: readonly Fact[], labels: Labels): boolean {
  const named = folded.map((text) => termsIn(text, labels.vocabulary));
  if (!facts.some(labels.applies)) return named.every((terms) => terms.length === 0);
  return labelsOf(folded, facts, labels).every(({ fact, before, after }) => {
    const own = labels.termsOf(fact);
    // A share names what it is of behind it: "management fees are P of all fees".
    const whole = labels.vocabulary === MEASURES ? fact.terms.of : undefined;
    if (whole !== undefined) {
      const isWhole = after.length > 0 && after.every((term) => whole.includes(term));
      return isWhole && before.length > 0 && before.every((term) => own.includes(term));
    }
    const naming = [...before, ...after];
    const wider = own.flatMap((term) => IMPLIED[term] ?? []);
    const isNamed = naming.some((term) => own.includes(term));
    return naming.every((term) => own.includes(term) || (isNamed && wider.includes(term)));
  });
}

// Where a clause ends: what follows names the next figure.
const CLAUSE = /[,;:]| (?:and|while|but|und|aber|wahrend|et|mais|y|e|pero|mientras) | ו(?=[א-ת])/u;

/**
 * The terms before and behind each fact. A text between two facts that is one clause belongs to the fact
 * behind it when the one before has its name already: "Cash is P and fees are P", "P in cash and P in fees".
 */
function labelsOf(folded: readonly string[], facts: readonly Fact[], labels: Labels) {
  const termsOf = (text: string) => termsIn(text, labels.vocabulary);
  let leading = folded[0] ?? "";
  return facts.flatMap((fact, index) => {
    const next = folded[index + 1] ?? "";
    if (!labels.applies(fact)) {
      leading += ` ${next}`;
      return [];
    }
    const before = termsOf(leading);
    const end = CLAUSE.exec(next);
    const isLast = !facts.slice(index + 1).some(labels.applies);
    const [own, rest] =
      end === null || isLast
        ? before.length > 0 && !isLast
          ? ["", next]
          : [next, ""]
        : [next.slice(0, end.index), next.slice(end.index)];
    leading = rest;
    return [{ fact, before, after: termsOf(own) }];
  });
}

/**
 * A figure stands beside a word for what it measures, a word of its direction, or a name of its row: otherwise
 * any noun could be put to it ("the debt is P").
 */
function areNamed(
  { whole }: Prose,
  facts: readonly Fact[],
  directed: ReadonlySet<number>,
): boolean {
  const named = new Set(termsIn(whole, MEASURES));
  return facts.every((fact, index) => {
    const own = fact.terms.measures.filter((measure) => measure in MEASURES);
    if (!isFigure(fact) || own.length === 0 || directed.has(index)) return true;
    const isInRow = facts.some(
      ({ kind, group }) => kind === "TEXT" && group !== null && group === fact.group,
    );
    return isInRow || own.some((measure) => named.has(measure));
  });
}

/** A period that the sentence names must be that of its facts. */
function periodsFit({ whole }: Prose, facts: readonly Fact[]): boolean {
  const named = new Set(termsIn(whole, PERIODS));
  if (named.size === 0) return true;
  const periods = facts.flatMap(({ terms }) => terms.period ?? []);
  return (
    periods.every((period) => named.has(period)) &&
    [...named].every((name) => periods.includes(name))
  );
}

/** Whether a row has no figure, and is not the name of the fund that every figure of the sentence is of. */
function isAlone(row: readonly Fact[], figures: readonly Fact[]): boolean {
  const [first] = row;
  const { fundId, group } = first ?? { fundId: null, group: null };
  if (group === null || row.some(isFigure)) return false;
  const isOfFund = fundId !== null && group === groupOfFund(fundId);
  return !isOfFund || figures.some((figure) => figure.fundId !== fundId);
}

/**
 * Names and dates stand beside figures of their own row: a payee is not shown with another payee's amount, a payment's
 * date with a balance, nor a fund with another fund's.
 */
function pairsRows(facts: readonly Fact[]): boolean {
  const rows: Fact[][] = [];
  for (const fact of facts) {
    const last = rows.at(-1);
    if (fact.group === null && !isFigure(fact)) continue;
    if (fact.group !== null && last?.[0]?.group === fact.group) last.push(fact);
    else rows.push([fact]);
  }
  const figures = facts.filter(isFigure);
  return figures.length === 0 || !rows.some((row) => isAlone(row, figures));
}

const PARTIES: ReadonlySet<string> = new Set(["payee", "payer", "other party"]);
const BESIDE = /(?:^|[:,(–-])\s*$/u;
const PAID_TO = /\b(?:to|an|a|al)\s*$|(?<![א-ת])(?:אל|לידי|ל-?)\s*$/u;
const PAID_BY = /\b(?:from|by|von|de|du|par|por)\s*$|(?<![א-ת])(?:מאת|מ-?)\s*$/u;

/** Who paid and who was paid: a name stands behind the word for its side, or beside the amount without any. */
function namesParties({ folded }: Prose, facts: readonly Fact[]): boolean {
  return facts.every((fact, index) => {
    if (!PARTIES.has(fact.label)) return true;
    const amount = facts.find((other) => isFigure(other) && other.group === fact.group);
    if (amount === undefined) return true;
    const [before = "", after = ""] = [folded[index], folded[index + 1]];
    const side = amount.terms.measures.includes("INFLOW") ? PAID_BY : PAID_TO;
    return side.test(before) || (BESIDE.test(before) && /^\s*(?:[:,).]|$)/u.test(after));
  });
}

const DONE = new Set(
  `was were had paid received spent wurde wurden war waren bezahlt gezahlt erhalten ausgegeben etait etaient ete paye
   payee payes payees recu recus recue encaisse encaisses fue fueron era eran ha han pagado pagaron cobraron recibido
   היה היתה הייתה היו שולם שולמה שולמו התקבל התקבלה התקבלו`.split(/\s+/),
);

/** What is only expected is named so, and not as if it had been. */
function staysToCome(prose: Prose, facts: readonly Fact[]): boolean {
  if (!facts.some((fact) => isFigure(fact) && measuresOf(fact).some((term) => TO_COME.has(term)))) {
    return true;
  }
  return (
    termsIn(prose.whole, MEASURES).some((term) => TO_COME.has(term)) &&
    !prose.words().some((word) => inSet(word, DONE))
  );
}

/** Whether a fact is a figure, and not a name or date. */
export const isFigure = ({ kind }: Fact): boolean => kind !== "TEXT" && kind !== "DATE";
