/** The languages of the pages. */
export const LANGUAGES = ["en", "de", "he"] as const;
export type Language = (typeof LANGUAGES)[number];

/** What is known of each language: its own name, the locale of its figures and days, its direction. */
export const ABOUT: Readonly<
  Record<Language, { readonly name: string; readonly locale: string; readonly dir: "ltr" | "rtl" }>
> = {
  en: { name: "English", locale: "en-GB", dir: "ltr" },
  de: { name: "Deutsch", locale: "de-DE", dir: "ltr" },
  he: { name: "עברית", locale: "he-IL", dir: "rtl" },
};

/** The cookie in which a reader's choice is kept. */
export const LANGUAGE_COOKIE = "__Host-language";

/** The language with this tag; undefined for every other text. */
export const languageOf = (tag: string | undefined): Language | undefined =>
  LANGUAGES.find((each) => each === tag);

/**
 * The reader's language: the chosen one, else the first that the browser accepts (RFC 9110, 12.5.4), else
 * English. "iw" is what old browsers call Hebrew.
 */
export function readLanguage(
  chosen: string | undefined,
  accepted: string | null | undefined,
): Language {
  const kept = languageOf(chosen);
  if (kept !== undefined) return kept;
  const wanted = (accepted ?? "")
    .slice(0, 500)
    .split(",")
    .map((range) => {
      const [tag = "", ...parameters] = range.trim().toLowerCase().split(";");
      const weight = parameters.map((each) => /^\s*q=([\d.]+)/.exec(each)?.[1]).find(Boolean);
      const [primary = ""] = tag.trim().split("-");
      return { primary: primary === "iw" ? "he" : primary, weight: Number(weight ?? "1") };
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((left, right) => right.weight - left.weight);
  return wanted.map(({ primary }) => languageOf(primary)).find(Boolean) ?? "en";
}

/** The attributes of the page's root element. */
export const languageAttributes = (language: Language): string =>
  `lang="${language}" dir="${ABOUT[language].dir}"`;
