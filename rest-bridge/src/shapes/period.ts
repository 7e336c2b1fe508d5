import { z } from "zod";
import { date, id, instant } from "./scalars.ts";

export const period = z
  .object({
    id: id("The period."),
    from: date("First day; null for all days up to `to`.").nullable(),
    to: date("Last day."),
    closedAt: instant("When it was closed."),
    reopenedAt: instant("When it was reopened; null while it is closed.").nullable(),
    reopenReason: z.string().nullable().meta({ description: "Why it was reopened." }),
  })
  .meta({ id: "Period", description: "Days of a fund whose books are, or were, closed." });

export type Period = z.output<typeof period>;

export const PERIOD_FIELDS = /* GraphQL */ `
  fragment PeriodFields on Period {
    id
    from
    to
    closedAt
    reopenedAt
    reopenReason
  }
`;
