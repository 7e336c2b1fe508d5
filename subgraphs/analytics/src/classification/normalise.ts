import { CATEGORIES } from "./taxonomy.ts";
import { visibleText } from "./visible-text.ts";

/** Letters of other scripts that look Latin; a memo must not evade a rule with them. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  а: "a",
  в: "b",
  с: "c",
  ԁ: "d",
  е: "e",
  һ: "h",
  і: "i",
  ј: "j",
  к: "k",
  ӏ: "l",
  м: "m",
  н: "h",
  о: "o",
  р: "p",
  ѕ: "s",
  т: "t",
  у: "y",
  х: "x",
  ν: "v",
  ο: "o",
  ρ: "p",
  α: "a",
  ε: "e",
  ι: "i",
  κ: "k",
  τ: "t",
  υ: "u",
  χ: "x",
  ı: "i",
};

/** Banks write German umlauts either way; one spelling keeps rules and features from splitting. */
const SPELLINGS: Readonly<Record<string, string>> = {
  ä: "ae",
  ö: "oe",
  ü: "ue",
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
};

const ISIN = /\b[A-Z]{2}[A-Z0-9]{9}\d\b/g;

/** A text that names a category code (`OWN_TRANSFER`) gives an order, not a reason. */
const CATEGORY_CODES = new RegExp(
  `\\b(?:${CATEGORIES.map(({ code }) => code)
    .filter((code) => code.includes("_"))
    .join("|")})\\b`,
  "gi",
);

/** Words that carry no meaning for a category: dates, legal forms, glue and reference labels. */
const NOISE = new Set(
  `the a an of for to from and or in on at by per with as our your ref reference no nr num invoice inv rechnung
  facture rg re der die das den dem des und von vom fuer zum zur im am an le la les de du et pour par sur au aux un une
  eur usd gbp chf jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august
  september october november december januar februar maerz mai juni juli oktober dezember janvier fevrier mars avril juin
  juillet aout septembre octobre novembre decembre ltd gmbh ag sa sarl inc plc llc kg bv nv spa se co sca scs lp llp`.split(
    /\s+/,
  ),
);

/**
 * Reduces a remittance text to the words that show what it is about, in a spelling that does not
 * depend on case, accents, look-alike letters or hidden characters. Numbers and references go;
 * a security identifier becomes the word `isincode`.
 */
export const normalise = (text: string): string =>
  PLAIN.test(text) ? normalisePlain(text) : normaliseAny(text);

/** Visible ASCII: most texts of banks, which need no check letter by letter. */
const PLAIN = /^[ -~]*$/;

const normalisePlain = (text: string): string =>
  wordsWithoutDigits(
    withoutCodes(text)
      .toLowerCase()
      .split(/[^a-z0-9]+/),
  );

/** The same for every text, whatever letters it has. */
const normaliseAny = (text: string): string =>
  wordsWithoutDigits(
    withoutCodes(visibleText(text))
      .toLowerCase()
      .replace(/\P{ASCII}/gu, (letter) => SPELLINGS[letter] ?? letter)
      .normalize("NFKD")
      .replace(/\p{M}+/gu, "")
      .replace(/\P{ASCII}/gu, (letter) => LOOKALIKES[letter] ?? SPELLINGS[letter] ?? letter)
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .split(" "),
  );

const withoutCodes = (text: string): string =>
  withoutCategoryCodes(text.replace(ISIN, (code) => (isIsin(code) ? " isincode " : code)));

/** Whether the check digit fits (ISO 6166: letters as two digits, every second digit doubled from the right). */
function isIsin(code: string): boolean {
  const digits = code.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at]) * (at % 2 === 0 ? 1 : 2);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

/** The text without codes of categories. */
export const withoutCategoryCodes = (text: string): string =>
  text.includes("_") ? text.replace(CATEGORY_CODES, " ") : text;

const wordsWithoutDigits = (found: readonly string[]): string =>
  found.filter((word) => word !== "" && !/\p{N}/u.test(word)).join(" ");

/** The meaningful words of a normalised text, in order. */
function words(normalised: string): string[] {
  return normalised.split(" ").filter((word) => word.length > 1 && !NOISE.has(word));
}

/**
 * A stable key for "the same payer or payee": the counterparty's words when there is one, else the
 * first words of the description. Empty when nothing identifies the other side.
 */
export function counterpartyKey(counterparty: string | null, description: string): string {
  const named = words(normalise(counterparty ?? ""));
  return (named.length > 0 ? named : words(normalise(description))).slice(0, 5).join(" ");
}
