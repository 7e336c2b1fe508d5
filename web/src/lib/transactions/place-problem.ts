import type { Problem } from "../problems.ts";
import { usedLines, type JournalErrors, type JournalValues } from "./journal-form.ts";

const ENTRY_PATH = /entries(?:\.|\[)(\d+)\]?(?:\.(\w+))?/;

/** Puts what the ledger refused beside the field it is about; the rest is said of the whole form. */
export function placeProblem(problem: Problem, values: JournalValues): JournalErrors {
  switch (problem.code) {
    case "LEDGER_UNBALANCED":
      return { lines: "Debits and credits must be equal." };
    case "ACCOUNT_NOT_FOUND":
      return { lines: "One of these accounts is not in this fund." };
    case "CURRENCY_MISMATCH":
      return { lines: problem.message };
    case "INVALID_AMOUNT":
      return { lines: problem.message };
    case "IDEMPOTENCY_CONFLICT":
      return {
        form: "This form was already posted with other contents. Reload the page to start a new one.",
      };
    case "UPSTREAM_TIMEOUT":
    case "UPSTREAM_UNAVAILABLE":
      return {
        form: `${problem.message} Send the form again: it will be posted once, even if the first attempt arrived.`,
      };
    case "INVALID_INPUT":
      return placeViolations(problem, values);
    default:
      return { form: problem.message };
  }
}

function placeViolations(problem: Problem, values: JournalValues): JournalErrors {
  if (!problem.violations?.length) return { form: problem.message };
  const errors: JournalErrors = {};
  for (const { path, message } of problem.violations) errors[fieldOf(path, values)] ??= message;
  return errors;
}

function fieldOf(path: string, values: JournalValues): string {
  const entry = ENTRY_PATH.exec(path);
  if (entry) {
    // The ledger counts the lines it was sent; empty lines of the form were not.
    const line = usedLines(values.lines)[Number(entry[1])];
    if (!line) return "lines";
    return `lines.${line.index}.${entry[2] === "accountId" ? "account" : "amount"}`;
  }
  const last = path.split(".").at(-1) ?? "";
  return ["effectiveDate", "description", "reference"].includes(last) ? last : "form";
}
