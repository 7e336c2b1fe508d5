import type { Translate } from "../language/messages.ts";
import type { Problem } from "../problems.ts";
import { usedLines, type JournalErrors, type JournalValues } from "./journal-form.ts";

const ENTRY_PATH = /entries(?:\.|\[)(\d+)\]?(?:\.(\w+))?/;
const FIELDS = new Set(["effectiveDate", "description", "reference"]);

/** Assigns a refusal to the field it is about, or else to the whole form. */
export function placeProblem(problem: Problem, values: JournalValues, t: Translate): JournalErrors {
  switch (problem.code) {
    case "LEDGER_UNBALANCED":
      return { lines: t("post.unbalanced") };
    case "IDEMPOTENCY_CONFLICT":
      return { form: t("post.conflict") };
    case "FX_RATE_MISMATCH":
      return { rate: problem.message };
    case "UPSTREAM_TIMEOUT":
    case "UPSTREAM_UNAVAILABLE":
      return { form: t("post.onlyOnce", { problem: problem.message }) };
    default:
      return placeViolations(problem, values);
  }
}

function placeViolations(problem: Problem, values: JournalValues): JournalErrors {
  if (!problem.violations?.length) return { form: problem.message };
  const errors: JournalErrors = {};
  for (const { path, message } of problem.violations) {
    errors[fieldOf(path, values)] ??= asSentence(message);
  }
  return errors;
}

function fieldOf(path: string, values: JournalValues): string {
  const entry = ENTRY_PATH.exec(path);
  if (entry) {
    // The ledger counts the lines that were sent, without the empty lines of the form.
    const line = usedLines(values.lines)[Number(entry[1])];
    if (!line) return "lines";
    return `lines.${line.index}.${entry[2] === "accountId" ? "account" : "amount"}`;
  }
  const last = path.split(".").at(-1) ?? "";
  if (last === "entries") return "lines";
  return FIELDS.has(last) ? last : "form";
}

function asSentence(message: string): string {
  const start = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
