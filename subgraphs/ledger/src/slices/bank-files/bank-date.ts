import { invalidInput } from "@allfunds/contract/errors";
import { isCalendarDate } from "@allfunds/platform/dates";
import { withPlainDigits } from "./bank-amount.ts";

/** Reads a text as a calendar date `YYYY-MM-DD`, undefined when it is none. */
export type DateReader = (text: string) => string | undefined;

const TOKEN = /YYYY|YY|MMM|MM|M|DD|D/g;
const PATTERNS: Readonly<Record<string, string>> = {
  YYYY: String.raw`(?<year>\d{4})`,
  YY: String.raw`(?<year>\d{2})`,
  MMM: String.raw`(?<name>\p{L}{3,12})\.?`,
  MM: String.raw`(?<month>\d{2})`,
  M: String.raw`(?<month>\d{1,2})`,
  DD: String.raw`(?<day>\d{2})`,
  D: String.raw`(?<day>\d{1,2})`,
};
/** The bank's own calendar day is what counts, whatever time, zone or other day of a broker follows it. */
const TIME = String.raw`(?: as of [\d/]{8,10}|;\d{6}|(?:[T ,]+(?:(?:às|as|um|at|à|alle(?: ore)?|kl\.?|o|오전|오후|上午|下午) ?)?|-(?=\d{1,2}:))\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?(?: ?(?:Z|[A-Z]{2,3}T|UTC|GMT|Uhr|[Hh]|hrs|[+\-]\d{2}:?\d{2}))?)?`;

/** Days are counted, as spreadsheets do: from the end of 1899, or from 1904. */
const COUNTED: Readonly<Record<string, number>> = {
  SERIAL: Date.UTC(1899, 11, 30),
  SERIAL1904: Date.UTC(1904, 0, 1),
};
const DAY_MS = 86_400_000;
/** Days of this century in either count. */
const IS_COUNTED = /^[34567]\d{4}(?:[.,\u066b]\d+)?$/u;

/** Whether all of the texts may be days that a spreadsheet counted. */
export const areCounted = (texts: readonly string[]): boolean =>
  texts.length > 0 && texts.every((text) => IS_COUNTED.test(text.trim()));

const counted =
  (start: number): DateReader =>
  (text) =>
    IS_COUNTED.test(text.trim())
      ? new Date(start + Number(text.trim().slice(0, 5)) * DAY_MS).toISOString().slice(0, 10)
      : undefined;

/** Beginnings of the names of the days of a week in the languages whose banks are read. */
const DAYS =
  "mon tue wed thu fri sat sun mo di mi do fr sa so lun mar mer jeu ven sam dim mie mié jue vie sab sáb dom ma wo vr za zo pon wt śr czw pt sob nied tor tir tis ons man mån fre lør lör søn sön ti ke to pe la su seg ter qua qui sex uto sri čet pet ned út čt pá пн вт ср чт пт сб вс";
/**
 * Both cases of every sign, in place of the modifier `(?i:…)`: the V8 of Node 24.21 drops that modifier
 * between alternatives once a process has compiled so much that it no longer optimizes expressions.
 */
const anyCase = (text: string): string =>
  text.replaceAll(/\p{L}/gu, (character) => `[${character}${character.toUpperCase()}]`);
/** A day of the week, in front of the date. */
const WEEKDAY = String.raw`(?:(?:${anyCase(DAYS).replaceAll(" ", "|")})\p{L}{0,8}\.?,? +)?`;

/**
 * Years of other calendars would be read as some of this one: 2026 is 2569 in Thailand and 1447 in Saudi Arabia, and a
 * year written as 69 is rather one of these than 2069.
 */
const OF_THIS_ERA = /^(19|20[0-5])/;

/** A year of two digits as SWIFT and spreadsheets read it: from 80 on it is of the last century. */
export const fullYear = (year: string): string =>
  year.length === 2 ? `${year >= "80" ? "19" : "20"}${year}` : year;

/** A day without what is written around its numbers: `1st`, `1er`, `2026년 1월 15일`, and `ב` before a Hebrew month. */
const plainDay = (text: string): string => {
  const plain = withPlainDigits(text.trim().replace(/^'/, ""));
  return PLAIN_DAY.test(plain)
    ? plain
    : plain
        .replace(/(?<=\b\d{1,2})(?:st|nd|rd|th|er|º|ª)\b\.?/u, "")
        .replace(/^(\d{4})년 ?(\d{1,2})월 ?(\d{1,2})일/u, "$1-$2-$3")
        .replace(/ ב(?=\p{L}{3})/u, " ");
};
const PLAIN_DAY = /^[\d/.-]*$/;

/** A reader of dates written like `DD.MM.YYYY` or `D MMM YY`. */
export function dateReader(format: string): DateReader {
  const start = COUNTED[format];
  if (start !== undefined) return counted(start);
  const isCroatian = format.endsWith(CROATIAN);
  const written = isCroatian ? format.slice(0, -CROATIAN.length) : format;
  const months = isCroatian ? CROATIAN_MONTHS : MONTHS;
  const tokens = written.match(TOKEN) ?? [];
  const kinds = tokens.map((token) => token.charAt(0)).sort();
  if (kinds.join("") !== "DMY" || written.length > 20) {
    throw invalidInput(
      "csv.dateFormat",
      "must have one year (YYYY, YY), one month (MM, M, or MMM for its name) and one day (DD, D), and may end in hr for Croatian names; or be SERIAL or SERIAL1904 for days that a spreadsheet counted",
    );
  }
  const literals = written
    .split(TOKEN)
    .map((literal) => literal.replace(/[$()*+./?[\\\]^{|}]/g, "\\$&"));
  const pattern = literals.map((literal, index) => literal + (PATTERNS[tokens[index] ?? ""] ?? ""));
  const expression = new RegExp(`^${WEEKDAY}${pattern.join("")}[.日]?${TIME}$`, "u");
  return (text) => {
    const { year = "", month, name = "", day = "" } = expression.exec(plainDay(text))?.groups ?? {};
    const number = month ?? monthOf(name, months) ?? "";
    const date = [fullYear(year), number.padStart(2, "0"), day.padStart(2, "0")].join("-");
    return OF_THIS_ERA.test(date) && isCalendarDate(date) ? date : undefined;
  };
}

/**
 * Beginnings of the names of months in the languages whose banks are read, January first. Names of two months that
 * begin alike are long enough to differ: the Czech July begins like June, and the Finnish November like March.
 */
const MONTHS: readonly RegExp[] = [
  /^(ja+n|jän|ene|gen|ian|sty|led|tammi|oca|sau|xan|urt|yan|ян|січ|сту|јан|ιαν|ינו|يناير|جانفي)/u,
  /^(feb|fev|fév|fèv|lut|[úu]no|veeb|helmi|[şs]ub|vas|fra|shk|ots|фев|феб|лют|φεβ|פבר|فبراير|فيفري)/u,
  /^(mar(?!r)|már|mär|mäe|mrz|maa|mrt|b[řr]e|kov|мар|бер|сак|μ[αά]ρ|מרץ|مارس)/u,
  /^(apr|ápr|avr|abr|kwi|dub|huhti|nis|bal|pri|api|апр|кві|кра|απρ|אפר|[أا]بريل|أفريل)/u,
  /^(may|mai|maí|mag|mei|mej|mee|maj|máj|kv[ěe]|touko|geg|ма[йяј]|тра|μ[αά][ιϊΐί]|מאי|مايو|ماي$)/u,
  /^(ju+n|jún|jūn|juin|giu|iun|iyn|cze|[čc]er(?!ven[ec])|[čc]vn|kesä|haz|bir|[ġg]un|qer|xu[ñn]|eka|июн|юни|јун|чер|чэр|ιο[υύ]ν|יונ|يوني|جوان)/u,
  /^(ju+l|júl|jūl|juil|lug|iul|iyl|lip(?!a?nj)|[čc]erven[ec]|[čc]vc|heinä|tem|lie|lul|kor|xul|uzt|июл|юли|јул|лип|ліп|ιο[υύ]λ|יול|يولي|جويلية)/u,
  /^(au?g|agu|ago|ágú|aoû|aou|a[ğg]u|av[gq]|sie|srp(?!a?nj)|elo|rugp|aww|gus|abu|авг|сер|жні|α[υύ]γ|אוג|[أا]غسطس|أوت)/u,
  /^(sep|set|sze|wrz|z[áa][řr]|syys|eyl|rugs|sht|ira|sen|сен|сеп|вер|σεπ|ספט|سبتمبر)/u,
  /^(oct|okt|ott|out|pa[źz]|[řr][íi]j|loka|eki|spa|tet|urr|окт|жов|кас|οκτ|אוק|[أا]كتوبر)/u,
  /^(nov|nóv|noi|noy|lis|marr|kas|lap|nën|aza|ноя|ное|нов|лис|ліс|νο[εέ]|נוב|نوفمبر)/u,
  /^(dec|dez|déc|dic|di[čċ]|des|det|dek|gru|pro|joulu|ara|dhj|abe|дек|дец|гру|сне|δεκ|דצמ|ديسمبر)/u,
];

/** In Croatian, whose June, July and October are called as later months are in Polish and Czech. */
const CROATIAN_MONTHS: readonly RegExp[] = [
  /^sij/u,
  /^velj/u,
  /^o[žz]u/u,
  /^tra/u,
  /^svi/u,
  /^lip/u,
  /^srp/u,
  /^kol/u,
  /^ruj/u,
  /^lis/u,
  /^stu/u,
  /^pro/u,
];
/** Behind a format: names of months are Croatian ones. */
const CROATIAN = " hr";

function monthOf(name: string, months: readonly RegExp[]): string | undefined {
  if (name === "") return undefined;
  const found = months.findIndex((month) => month.test(name.toLowerCase()));
  return found === -1 ? undefined : String(found + 1);
}

const ORDERS = [
  ["Y", "M", "D"],
  ["D", "M", "Y"],
  ["M", "D", "Y"],
] as const;
const COMPACT = ["YYYYMMDD", "DDMMYYYY", "MMDDYYYY"] as const;
const PART = String.raw`(\d{1,4}|\p{L}{3,12}\.?)`;
/** Where digits and a name of a month meet, as in `15Jan2026`. */
const TURN = String.raw`(?<=\d)(?=\p{L})|(?<=\p{L})(?=\d)`;
const PARTS = new RegExp(
  String.raw`^${WEEKDAY}${PART}([./\- ]+|, ?| de |年|${TURN})${PART}([./\- ]+|, ?| de |月|${TURN})${PART}[.日]?(?:$|[T ,]|-(?=\d{1,2}:))`,
  "u",
);

/**
 * The formats of which each reads every one of the texts, one at most for each order of day, month and year, and
 * for each another with names of months in Croatian. More than one when all of the texts can be read in several ways.
 */
export function dateFormatsOf(texts: readonly string[]): string[] {
  const first = plainDay(texts[0] ?? "");
  const forms = /^\d{8}(?!\d)/.test(first)
    ? COMPACT.map((format) => [format])
    : withCroatian(ORDERS.map((order) => formatsOf(first, order)));
  const viable = forms.flatMap(
    (candidates) => candidates.find((format) => readsAll(format, texts)) ?? [],
  );
  const usual = viable.filter((format) => !UNUSUAL.test(format));
  if (usual.length === 0) return viable;
  // Days of which every one is in another year are rather years of which every one is another day.
  const yearFirst = viable.find((format) => /^YY[^Y]/.test(format));
  const isCloser =
    yearFirst !== undefined &&
    usual.every((format) => spanOf(yearFirst, texts) < spanOf(format, texts));
  return isCloser ? [...usual, yearFirst] : usual;
}

const withCroatian = (forms: readonly string[][]): string[][] => [
  ...forms,
  ...forms.map((formats) =>
    formats.filter((format) => format.includes("MMM")).map((format) => format + CROATIAN),
  ),
];

/** From the first to the last of some dates, in milliseconds. */
function spanOf(format: string, texts: readonly string[]): number {
  const read = dateReader(format);
  let [first, last] = [Infinity, -Infinity];
  for (const text of texts) {
    const time = Date.parse(read(text) ?? "");
    if (time < first) first = time;
    if (time > last) last = time;
  }
  return last - first;
}

/** A month before the day with points, and a year of two digits in front, are written nowhere the others are. */
const UNUSUAL = /^M+\.D|^YY[^Y]/;

const readsAll = (format: string, texts: readonly string[]): boolean => {
  const read = dateReader(format);
  return texts.every((text) => read(text) !== undefined);
};

/** How a text would be written in this order: with the widths it has, then with any. */
function formatsOf(text: string, order: (typeof ORDERS)[number]): string[] {
  const [, ...parts] = PARTS.exec(text) ?? [];
  if (parts.length === 0) return [];
  const values = [parts[0] ?? "", parts[2] ?? "", parts[4] ?? ""];
  const tokens = order.map((kind, at) => tokensOf(kind, values[at] ?? ""));
  if (tokens.some((token) => token === undefined)) return [];
  const write = (width: 0 | 1): string =>
    tokens.map((token, at) => `${token?.[width]}${[parts[1], parts[3], ""][at]}`).join("");
  return [...new Set([write(0), write(1)])];
}

/** The token with the text's own width, and the one of any width. */
function tokensOf(kind: string, value: string): readonly [string, string] | undefined {
  if (kind === "Y") {
    if (!/^(\d{2}|\d{4})$/.test(value)) return undefined;
    return value.length === 4 ? ["YYYY", "YYYY"] : ["YY", "YY"];
  }
  if (/^\p{L}/u.test(value)) return kind === "M" ? ["MMM", "MMM"] : undefined;
  if (value.length > 2) return undefined;
  return [kind.repeat(value.length), kind];
}
