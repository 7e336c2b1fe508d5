import { defineJobKind, type JobKind } from "@allfunds/platform/jobs";
import type { RecordedChange } from "./category-change.ts";
import type { Corrections } from "./corrections.ts";

export const CATEGORY_RULE_RUN = "category-rule-run";

export interface RuleRunPayload {
  readonly ruleId: string;
  /** Names the run, so that one that is run again after a crash changes nothing twice. */
  readonly runId: string;
}

/** Applies a rule to what is posted. Its progress is in transactions; it has changed all of them, or none. */
export const ruleRunKind = (corrections: Pick<Corrections, "runRule">): JobKind =>
  defineJobKind<RuleRunPayload, RecordedChange>({
    name: CATEGORY_RULE_RUN,
    run: ({ payload, context, signal, report }) => {
      let done = 0;
      return corrections.runRule(context, payload, (scanned) => {
        signal.throwIfAborted();
        done += scanned;
        report({ done, total: 0 });
      });
    },
  });
