import { readFileSync, writeFileSync } from "node:fs";
import { argv, stdout } from "node:process";
import { trainCategories } from "./categories/train-categories.ts";
import { trainSentiment } from "./sentiment/train-sentiment.ts";

const MODELS = new URL("../models/", import.meta.url);

const TRAININGS = { categories: trainCategories, sentiment: trainSentiment } as const;

/** Trains the models and writes their weights; with `--check` compares them with the committed ones. */
function main(args: readonly string[]): void {
  const check = args.includes("--check");
  const named = args.filter((arg) => !arg.startsWith("--"));
  for (const [name, train] of Object.entries(TRAININGS)) {
    if (named.length > 0 && !named.includes(name)) continue;
    const bytes = train((line) => stdout.write(`${name}: ${line}\n`));
    const file = new URL(`${name}.bin`, MODELS);
    if (!check) writeFileSync(file, bytes);
    else if (!readFileSync(file).equals(bytes)) {
      throw new Error(
        `models/${name}.bin is not what its sources lead to: npm run train:analytics`,
      );
    }
    stdout.write(`${name}: ${bytes.length} bytes ${check ? "compared" : "written"}\n`);
  }
}

main(argv.slice(2));
