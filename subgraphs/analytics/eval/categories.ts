import { readFileSync } from "node:fs";
import type { Aim } from "./aims.ts";
import { createBuiltInModel } from "../src/classification/built-in-model.ts";
import type { ExplainedDecision } from "../src/classification/built-in-model.ts";
import { magnitudeOf } from "../src/classification/features.ts";
import { isCategoryCode, UNKNOWN_CATEGORY } from "../src/classification/taxonomy.ts";
import type { CategoryCode } from "../src/classification/taxonomy.ts";
import { calibrationError } from "../training/linear/calibrate.ts";
import { LANGUAGES } from "../training/categories/corpus.ts";

/** A memo line that was written apart from the patterns of the training, in another style. */
interface HeldOutLine {
  readonly language: string;
  readonly category: CategoryCode;
  readonly direction: "IN" | "OUT" | "NONE";
  readonly magnitude: number;
  readonly text: string;
}

export interface JudgedLine extends HeldOutLine {
  readonly decision: ExplainedDecision;
}

/** The held-out lines: a category opens its section, then a signed amount and a text. */
function readHeldOut(): HeldOutLine[] {
  return LANGUAGES.flatMap((language) => {
    const text = readFileSync(new URL(`held-out/${language}.txt`, import.meta.url), "utf8");
    let category: CategoryCode = UNKNOWN_CATEGORY;
    return text.split("\n").flatMap((line) => {
      if (line === "") return [];
      if (isCategoryCode(line)) {
        category = line;
        return [];
      }
      const { amount = "0", words = "" } = /^(?<amount>\S+) (?<words>.+)$/.exec(line)?.groups ?? {};
      const direction = amount.startsWith("-") ? "OUT" : Number(amount) === 0 ? "NONE" : "IN";
      return [{ language, category, direction, magnitude: magnitudeOf(amount), text: words }];
    });
  });
}

export function judgeHeldOut(): JudgedLine[] {
  const model = createBuiltInModel();
  return readHeldOut().map((line) => ({ ...line, decision: model.categorise(line) }));
}

const isRight = ({ category, decision }: JudgedLine): boolean => category === decision.category;
const isAnswered = ({ decision }: JudgedLine): boolean => !decision.needsReview;
const share = (part: number, whole: number): string => (part / Math.max(1, whole)).toFixed(3);

/** What the aims are about, of any set of lines. */
export function figuresOf(lines: readonly JudgedLine[]) {
  const known = lines.filter(({ category }) => category !== UNKNOWN_CATEGORY);
  const answered = known.filter(isAnswered);
  const unknown = lines.filter(({ category }) => category === UNKNOWN_CATEGORY);
  const answers = lines.filter(({ decision }) => decision.category !== UNKNOWN_CATEGORY);
  return {
    lines: known.length,
    right: share(known.filter(isRight).length, known.length),
    answered: share(answered.length, known.length),
    precision: share(answered.filter(isRight).length, answered.length),
    abstained: share(unknown.filter((line) => !isAnswered(line)).length, unknown.length),
    unknowable: unknown.length,
    ece: calibrationError(
      answers.map((line) => ({ confidence: line.decision.confidence, right: isRight(line) })),
    ).toFixed(3),
  };
}

/** The figures of each language, the wrong answers, and how many lines one CPU-second takes. */
export function evaluateCategories(report: (line: string) => void): Aim[] {
  const lines = judgeHeldOut();
  const header = "lines   top-1  answered  precision  abstained (of)   ECE";
  report(`categories on held-out lines\n         ${header}`);
  for (const language of [...LANGUAGES, "all"]) {
    const own = lines.filter((line) => language === "all" || line.language === language);
    const f = figuresOf(own);
    report(
      `${language.padEnd(8)} ${String(f.lines).padStart(5)}   ${f.right}   ${f.answered}     ${f.precision}      ${f.abstained} (${f.unknowable})   ${f.ece}`,
    );
  }
  report("\nwrong although answered (expected -> given)");
  for (const line of lines.filter((each) => isAnswered(each) && !isRight(each))) {
    const { category, confidence, evidence } = line.decision;
    report(
      `  ${line.category} -> ${category} ${confidence.toFixed(2)} [${evidence.join(", ")}]  ${line.text}`,
    );
  }
  const speed = speedOf(lines);
  report(`\nspeed: ${speed} lines per CPU-second`);
  return [...aimsOf(lines), { name: "lines per CPU-second", value: speed, least: 20_000 }];
}

function aimsOf(lines: readonly JudgedLine[]): Aim[] {
  const all = figuresOf(lines);
  return [
    { name: "answered", value: Number(all.answered), least: 0.7 },
    { name: "precision of what is answered", value: Number(all.precision), least: 0.93 },
    { name: "abstained where nothing shows", value: Number(all.abstained), least: 0.9 },
    ...LANGUAGES.map((language) => {
      const own = figuresOf(lines.filter((line) => line.language === language));
      return { name: `answered in ${language}`, value: Number(own.answered), least: 0.55 };
    }),
  ];
}

const ROUNDS = 60;

function speedOf(lines: readonly HeldOutLine[]): number {
  const model = createBuiltInModel();
  const judgeAll = (rounds: number): void => {
    for (let round = 0; round < rounds; round += 1)
      for (const line of lines) model.categorise(line);
  };
  judgeAll(5);
  const start = process.cpuUsage();
  judgeAll(ROUNDS);
  const { user, system } = process.cpuUsage(start);
  return Math.round((lines.length * ROUNDS) / ((user + system) / 1e6));
}
