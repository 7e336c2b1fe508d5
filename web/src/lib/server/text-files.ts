import { existsSync, readFileSync } from "node:fs";
import { partsOf } from "../language/catalogue-parts.ts";
import type { Language } from "../language/languages.ts";

/** Written by the build of the browser's files (vite.config.ts): the file of each part of the texts, by language. */
const LIST = "client/_app/texts.json";
/** Where the built server's own files may lie below the directory of the build. */
const LEVELS = ["../", "../../", "../../../"];

type Files = Readonly<Partial<Record<Language, Readonly<Record<string, string>>>>>;
let files: Files | undefined;

function readFiles(): Files {
  const found = LEVELS.map((up) => new URL(up + LIST, import.meta.url)).find(existsSync);
  // While developing there is no build.
  return found === undefined ? {} : (JSON.parse(readFileSync(found, "utf8")) as Files);
}

/**
 * Links to the texts that a route's scripts read first. Without them a browser finds out which it needs when all
 * scripts have arrived and run.
 */
export function linksToTexts(language: Language, route: string | null): string {
  files ??= readFiles();
  const ofLanguage = files[language] ?? {};
  return ["core", ...partsOf(route)]
    .flatMap((part) => ofLanguage[part] ?? [])
    .map((file) => `<link rel="modulepreload" href="/${file}">`)
    .join("");
}
