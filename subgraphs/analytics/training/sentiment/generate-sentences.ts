import { normalise } from "../../src/classification/normalise.ts";
import type { SentimentLabel } from "../../src/sentiment/judge-sentiment.ts";
import {
  BAD_THINGS,
  DOWN,
  GOOD_THINGS,
  HEDGE,
  NEGATION,
  NEGATIVE,
  POSITIVE,
  SEPARABLE,
  UP,
} from "../../src/sentiment/lexicon.ts";
import { Random } from "../linear/random.ts";
import type { SentimentLanguage, Statement } from "./sentiment-corpus.ts";

/** A sentence with its tone. */
export interface LabelledSentence {
  readonly text: string;
  readonly label: SentimentLabel;
  /** The statement it was made from. */
  readonly statement: string;
}

/** How many sentences are made from one statement. */
const SENTENCES = 12;

/** Sentences of every statement, in their order. */
export function generateSentences(
  statements: readonly Statement[],
  seed: number,
): LabelledSentence[] {
  return statements.flatMap((statement, at) => {
    const random = new Random(seed + at * 6_007);
    return Array.from({ length: SENTENCES }, () => {
      const own = written(random, statement);
      // Words of topics are endless; with some of them made up, what moved which way has to carry the tone.
      const text = random.chance(0.35) ? withMadeUpWords(random, own) : own;
      return { text, label: statement.label, statement: statement.id };
    });
  });
}

const list = (text: string): readonly string[] => text.split(/\s*,\s*/);

const SYLLABLES = list(
  "ba,kor,len,mi,tra,vel,son,dar,ri,no,pes,tal,ga,lu,men,sto,fer,wi,zen,qui,hof,var,el",
);
const FORMS: Readonly<Record<SentimentLanguage, readonly string[]>> = {
  en: list(" , Plc, Group, Oyj, Inc, Holdings, Corp, Bank, Energy, Industries"),
  de: list(" , AG, SE, Gruppe, Bank, Holding"),
  fr: list(" , SA, Groupe, Banque"),
  es: list(" , SA, Grupo, Banco"),
  he: list(" , תעשיות, אחזקות, גרופ"),
};
const CITIES: Readonly<Record<SentimentLanguage, readonly string[]>> = {
  en: list(
    "London, Helsinki, Vienna, Boston, Warsaw, Oslo, Shanghai, the Baltic states, Northern Europe",
  ),
  de: list("Berlin, München, Wien, Zürich, Polen, Norditalien"),
  fr: list("Lyon, Paris, Genève, Bruxelles, Nantes"),
  es: list("Madrid, Sevilla, Bilbao, México, Lisboa"),
  he: list("תל אביב, חיפה, לונדון, ניו יורק"),
};
const INDUSTRIES: Readonly<Record<SentimentLanguage, readonly string[]>> = {
  en: list(
    "steel, paper, software, banking, media, construction, energy, food, telecom, retail, shipping",
  ),
  de: list("Stahl, Papier, Software, Bank, Medien, Bau, Energie"),
  fr: list("acier, papier, logiciels, banque, médias, énergie"),
  es: list("acero, papel, software, banca, medios, energía"),
  he: list("פלדה, תוכנה, בנקאות, נדלן, אנרגיה"),
};
const PRODUCTS: Readonly<Record<SentimentLanguage, readonly string[]>> = {
  en: list(
    "lifts, cranes, mobile services, packaging, cables, engines, medicines, elevators, lottery systems, screens",
  ),
  de: list("Aufzüge, Kräne, Verpackungen, Kabel, Motoren, Arzneimittel"),
  fr: list("ascenseurs, emballages, câbles, moteurs, médicaments"),
  es: list("ascensores, envases, cables, motores, medicamentos"),
  he: list("מעליות, כבלים, מנועים, תרופות, אריזות"),
};
const MILLIONS: Readonly<Record<SentimentLanguage, readonly string[]>> = {
  en: list("mn, million, bn, m"),
  de: list("Mio. Euro, Millionen Euro, Mrd. Euro"),
  fr: list("millions d'euros, milliards d'euros, M€"),
  es: list("millones de euros, mil millones de euros"),
  he: list("מיליון שקל, מיליון דולר, מיליארד שקל"),
};
const PEOPLE = list(
  "Anna Keller, Mr Lindholm, Peter Osgood, Dr Weiss, Marie Lambert, José Rivas, דנה לוי, Mika Virta",
);

function written(random: Random, { text, language, headline }: Statement): string {
  const filled = text
    .replace(/\(([^()]*\|[^()]*)\)/g, (_, choices: string) => random.pick(choices.split("|")))
    .replace(/\{(\w+)\}/g, (_, slot: string) => fillerOf(random, slot, language))
    .replace(/\s+/g, " ")
    .trim();
  const capital = filled.charAt(0).toUpperCase() + filled.slice(1);
  if (headline) return random.chance(0.25) && language === "en" ? titled(capital) : capital;
  return `${capital}${random.pick([".", ".", ".", " ."])}`;
}

const SHORTEST_TOPIC = 4;

function withMadeUpWords(random: Random, text: string): string {
  return text.replace(/\p{L}+/gu, (word) =>
    word.length < SHORTEST_TOPIC || carriesTone(word) || random.chance(0.5) ? word : madeUp(random),
  );
}

const carriesTone = (shown: string): boolean => {
  const word = normalise(shown);
  return TONES.some((tone) => tone.has(word));
};
const VERBS = SEPARABLE.map(({ verb }) => verb);
const TONES = [UP, DOWN, ...VERBS, GOOD_THINGS, BAD_THINGS, POSITIVE, NEGATIVE, NEGATION, HEDGE];

const madeUp = (random: Random): string =>
  Array.from({ length: 2 + random.below(2) }, () => random.pick(SYLLABLES)).join("");

const titled = (text: string): string => text.replace(/\b[a-z]/g, (first) => first.toUpperCase());

function fillerOf(random: Random, slot: string, language: SentimentLanguage): string {
  const decimal = language === "en" || language === "he" ? "." : ",";
  const figure = `${1 + random.below(400)}${random.chance(0.7) ? `${decimal}${random.below(10)}` : ""}`;
  const fillers: Readonly<Record<string, () => string>> = {
    co: () => companyOf(random, language),
    city: () => random.pick(CITIES[language]),
    industry: () => random.pick(INDUSTRIES[language]),
    product: () => random.pick(PRODUCTS[language]),
    person: () => random.pick(PEOPLE),
    mn: () =>
      `${language === "en" ? random.pick(["EUR ", "$", "USD ", ""]) : ""}${figure} ${random.pick(MILLIONS[language])}`,
    pct: () =>
      `${1 + random.below(60)}${random.chance(0.4) ? `${decimal}${random.below(10)}` : ""}${random.pick(["%", " %", language === "en" ? " percent" : " %"])}`,
    n: () => String(2 + random.below(900)),
    num: () => random.digits(6),
    ccy: () => random.pick(["EUR", "USD", "CHF"]),
    year: () => String(2005 + random.below(22)),
    quarter: () => random.pick(QUARTERS[language]),
    date: () => `${1 + random.below(28)} ${random.pick(MONTHS[language])}`,
  };
  const filler = fillers[slot];
  if (filler === undefined) throw new Error(`nothing fills {${slot}}`);
  return filler();
}

function companyOf(random: Random, language: SentimentLanguage): string {
  const name = madeUp(random);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} ${random.pick(FORMS[language])}`.trim();
}

const QUARTERS: Readonly<Record<SentimentLanguage, readonly string[]>> = {
  en: list(
    "the first quarter, the third quarter of 2008, the review period, January-March, 2024, the half-year",
  ),
  de: list("ersten Quartal, dritten Quartal, Halbjahr"),
  fr: list("premier trimestre, troisième trimestre"),
  es: list("primer trimestre, tercer trimestre"),
  he: list("הרבעון הראשון, הרבעון השלישי"),
};
const MONTHS: Readonly<Record<SentimentLanguage, readonly string[]>> = {
  en: list("January, March, June, October"),
  de: list("Januar, März, Juni, Oktober"),
  fr: list("janvier, mars, juin, octobre"),
  es: list("enero, marzo, junio, octubre"),
  he: list("בינואר, במרץ, ביוני, באוקטובר"),
};
