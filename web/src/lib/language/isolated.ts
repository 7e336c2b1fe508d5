import { ABOUT, type Language } from "./languages.ts";

/** Keeps its own direction of writing within a sentence of another one. */
export const isolated = (text: string): string => `\u2068${text}\u2069`;

/**
 * A part of a text of this language. From right to left a day, a code or an amount would else take digits of
 * what stands beside it into its own direction; from left to right there is nothing to keep apart.
 */
export const partOf = (language: Language, text: string): string =>
  ABOUT[language].dir === "rtl" && text !== "" ? isolated(text) : text;

/** For files, whose programs write the signs themselves. */
export const withoutIsolates = (text: string): string => text.replaceAll(/[\u2066-\u2069]/g, "");
