import { readdirSync, readFileSync } from "node:fs";
import { createBuiltInModel } from "../src/classification/built-in-model.ts";
import { magnitudeOf } from "../src/classification/features.ts";
import { text, type Table } from "@allfunds/platform/bench";

const LINES = 20_000;
const ROUNDS = 5;

/** How many lines the built-in model categorises in a second of a processor; the middle of some rounds. */
export async function measureCategoriser(): Promise<Table[]> {
  const started = process.cpuUsage();
  const model = createBuiltInModel();
  const { user: userOfStart, system: systemOfStart } = process.cpuUsage(started);
  const memos = readMemos();
  const lines = Array.from({ length: LINES }, (_, index) => {
    const { amount = "0", text: memo = "" } = memos[index % memos.length] ?? {};
    const direction = amount.startsWith("-") ? ("OUT" as const) : ("IN" as const);
    return { text: `${memo} ${index}`, direction, magnitude: magnitudeOf(amount) };
  });
  for (const line of lines) model.categorise(line);
  const rates = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    for (const line of lines) model.categorise(line);
    const { user, system } = process.cpuUsage(before);
    return LINES / ((user + system) / 1_000_000);
  }).toSorted((a, b) => a - b);
  return [
    {
      title: `The categoriser, ${LINES} lines, ${ROUNDS} rounds`,
      columns: ["", "lines per CPU second"],
      rows: [
        ["slowest round", text(rates[0] ?? Number.NaN)],
        ["middle round", text(rates[ROUNDS >> 1] ?? Number.NaN)],
      ],
    },
    {
      title: "Loading its weights",
      columns: ["CPU ms"],
      rows: [[text((userOfStart + systemOfStart) / 1_000, 1)]],
    },
  ];
}

const HELD_OUT = new URL("../eval/held-out/", import.meta.url);
const LINE = /^(?<amount>-?[\d.]+) (?<text>.+)$/gm;

/** The lines of the evaluation: an amount and a text each, in five languages. */
function readMemos(): { readonly amount?: string; readonly text?: string }[] {
  return readdirSync(HELD_OUT)
    .filter((name) => /^\w+\.txt$/.test(name))
    .flatMap((name) => [...readFileSync(new URL(name, HELD_OUT), "utf8").matchAll(LINE)])
    .map(({ groups = {} }) => groups);
}
