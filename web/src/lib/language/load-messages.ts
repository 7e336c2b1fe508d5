import type { Catalogue } from "./catalogue/en.ts";
import type { Language } from "./languages.ts";
import { translator, type Translate } from "./messages.ts";

// A browser reads the one catalogue that it needs.
const CATALOGUES: Readonly<Record<Language, () => Promise<Catalogue>>> = {
  en: () => import("./catalogue/en.ts").then(({ en }) => en),
  de: () => import("./catalogue/de.ts").then(({ de }) => de),
  he: () => import("./catalogue/he.ts").then(({ he }) => he),
};

/** Reads the texts of a language. */
export const loadMessages = async (language: Language): Promise<Translate> =>
  translator(language, await CATALOGUES[language]());
