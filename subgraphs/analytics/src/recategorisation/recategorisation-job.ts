import { defineJobKind, type JobKind } from "@allfunds/platform/jobs";
import type { Corrections } from "../corrections/corrections.ts";
import { recategorise } from "./recategorise.ts";
import type { Recategorised, RecategorisationParts, RecategorisationRun } from "./recategorise.ts";

export const RECATEGORISATION = "recategorisation";

/** Judges what is posted again. Its progress is in transactions; it has changed all of them, or none. */
export const recategorisationKind = (
  parts: RecategorisationParts,
  corrections: Pick<Corrections, "record">,
): JobKind =>
  defineJobKind<RecategorisationRun, Recategorised>({
    name: RECATEGORISATION,
    serial: true,
    run: async ({ payload, context, signal, report }) => {
      const made = await recategorise(parts, context, payload, (progress) => {
        signal.throwIfAborted();
        report(progress);
      });
      corrections.record(context, made.recorded);
      return made;
    },
  });
