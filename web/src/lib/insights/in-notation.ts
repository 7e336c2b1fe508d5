import type { Reader } from "../dates/reader.svelte.ts";
import { isolated } from "../language/isolated.ts";

const DAY = /\b\d{4}-\d{2}-\d{2}\b/g;
const AMOUNT = /(?<![\w.,])(-?\d+\.\d{2,3}) ([A-Z]{3})\b/g;

/** A sentence of the graph with its days and amounts in the notation of the reader. */
export const inNotation = (sentence: string, reader: Pick<Reader, "day" | "money">): string =>
  sentence
    .replaceAll(DAY, (day) => isolated(reader.day(day)))
    .replaceAll(AMOUNT, (_, amount: string, currency: string) =>
      isolated(reader.money({ amount, currency })),
    );
