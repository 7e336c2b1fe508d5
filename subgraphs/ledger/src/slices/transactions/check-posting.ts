import {
  Findings,
  checkDate,
  checkMetadata,
  checkText,
  checkUuid,
} from "../../engine/input-rules.ts";
import type { PostTransaction } from "./post-transaction.ts";

const MAX_ENTRIES = 1_000;
const MAX_RATES = 20;

/** Refuses a posting whose form is wrong whatever the books say, with every fault listed at once. */
export function checkPosting(command: PostTransaction): void {
  const findings = new Findings();
  checkUuid(findings, "id", command.transactionId);
  checkDate(findings, "effectiveDate", command.effectiveDate);
  checkText(findings, "description", command.description, { min: 1, max: 500 });
  if (command.reference !== null) {
    checkText(findings, "reference", command.reference, { min: 1, max: 140 });
  }
  checkMetadata(findings, "metadata", command.metadata);
  if (command.entries.length < 2) findings.add("entries", "must be at least two");
  if (command.entries.length > MAX_ENTRIES)
    findings.add("entries", `must be at most ${MAX_ENTRIES}`);
  if ((command.fx?.length ?? 0) > MAX_RATES) findings.add("fx", `must be at most ${MAX_RATES}`);
  findings.refuseIfAny();
}
