import type { Message } from "./catalogue/message.ts";
import { partsOf, type CataloguePart } from "./catalogue-parts.ts";
import type { Language } from "./languages.ts";
import { translator, type Translate } from "./messages.ts";

type Texts = Readonly<Record<string, Message>>;
type Catalogues = Readonly<Record<Language, () => Promise<Texts>>>;

// A browser reads the catalogues of one language, and of the pages that it shows.
const CATALOGUES: Readonly<Record<CataloguePart | "core", Catalogues>> = {
  core: {
    en: () => import("./catalogue/en.ts").then(({ en }) => en),
    de: () => import("./catalogue/de.ts").then(({ de }) => de),
    he: () => import("./catalogue/he.ts").then(({ he }) => he),
  },
  administration: {
    en: () => import("./catalogue/administration/en.ts").then(({ en }) => en),
    de: () => import("./catalogue/administration/de.ts").then(({ de }) => de),
    he: () => import("./catalogue/administration/he.ts").then(({ he }) => he),
  },
  analysis: {
    en: () => import("./catalogue/analysis/en.ts").then(({ en }) => en),
    de: () => import("./catalogue/analysis/de.ts").then(({ de }) => de),
    he: () => import("./catalogue/analysis/he.ts").then(({ he }) => he),
  },
  books: {
    en: () => import("./catalogue/books/en.ts").then(({ en }) => en),
    de: () => import("./catalogue/books/de.ts").then(({ de }) => de),
    he: () => import("./catalogue/books/he.ts").then(({ he }) => he),
  },
  budgets: {
    en: () => import("./catalogue/budgets/en.ts").then(({ en }) => en),
    de: () => import("./catalogue/budgets/de.ts").then(({ de }) => de),
    he: () => import("./catalogue/budgets/he.ts").then(({ he }) => he),
  },
  fund: {
    en: () => import("./catalogue/fund/en.ts").then(({ en }) => en),
    de: () => import("./catalogue/fund/de.ts").then(({ de }) => de),
    he: () => import("./catalogue/fund/he.ts").then(({ he }) => he),
  },
  home: {
    en: () => import("./catalogue/home/en.ts").then(({ en }) => en),
    de: () => import("./catalogue/home/de.ts").then(({ de }) => de),
    he: () => import("./catalogue/home/he.ts").then(({ he }) => he),
  },
  problems: {
    en: () => import("./catalogue/problems/en.ts").then(({ en }) => en),
    de: () => import("./catalogue/problems/de.ts").then(({ de }) => de),
    he: () => import("./catalogue/problems/he.ts").then(({ he }) => he),
  },
  search: {
    en: () => import("./catalogue/search/en.ts").then(({ en }) => en),
    de: () => import("./catalogue/search/de.ts").then(({ de }) => de),
    he: () => import("./catalogue/search/he.ts").then(({ he }) => he),
  },
  settings: {
    en: () => import("./catalogue/settings/en.ts").then(({ en }) => en),
    de: () => import("./catalogue/settings/de.ts").then(({ de }) => de),
    he: () => import("./catalogue/settings/he.ts").then(({ he }) => he),
  },
  "sign-in": {
    en: () => import("./catalogue/sign-in/en.ts").then(({ en }) => en),
    de: () => import("./catalogue/sign-in/de.ts").then(({ de }) => de),
    he: () => import("./catalogue/sign-in/he.ts").then(({ he }) => he),
  },
};

/** Reads one part of the catalogue. */
export const readCatalogue = (part: CataloguePart | "core", language: Language): Promise<Texts> =>
  CATALOGUES[part][language]();

interface Loaded {
  readonly texts: Record<string, Message>;
  readonly translate: Translate;
}
const LOADED = new Map<Language, Loaded>();

/**
 * Reads the texts of a language for a route. The function is the same for all routes of a language, so that what
 * a page reads later has its texts in the components that are there already.
 */
export async function loadMessages(
  language: Language,
  route: string | null,
  ...others: CataloguePart[]
): Promise<Translate> {
  const parts = ["core", ...partsOf(route), ...others] as const;
  const catalogues = await Promise.all(parts.map((each) => readCatalogue(each, language)));
  const { texts, translate } = LOADED.get(language) ?? begin(language);
  Object.assign(texts, ...catalogues);
  return translate;
}

/** Reads what opens over a page, together with its part of the texts. */
export async function readWithTexts<Module>(
  language: Language,
  part: CataloguePart,
  module: Promise<Module>,
): Promise<Module> {
  await loadMessages(language, null, part);
  return module;
}

function begin(language: Language): Loaded {
  const texts: Record<string, Message> = {};
  const loaded = { texts, translate: translator(language, texts) };
  LOADED.set(language, loaded);
  return loaded;
}
