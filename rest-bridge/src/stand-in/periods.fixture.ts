import { AppError } from "@allfunds/contract/errors";
import { newId } from "@allfunds/platform/ids";

interface Period {
  readonly id: string;
  readonly from: string | null;
  readonly to: string;
  readonly closedAt: string;
  reopenedAt: string | null;
  reopenReason: string | null;
}

interface ClosePeriod {
  readonly from?: string | null;
  readonly to: string;
}

interface ReopenPeriod {
  readonly periodId: string;
  readonly reason: string;
}

/** The closed periods of the stand-in graph's fund. */
export class StandInPeriods {
  readonly all: Period[] = [];

  readonly fields = {
    closePeriod: ({ input }: { input: ClosePeriod }) => this.#close(input),
    reopenPeriod: ({ input }: { input: ReopenPeriod }) => this.#reopen(input),
  };

  #close({ from = null, to }: ClosePeriod) {
    const closedAt = "2026-07-01T12:00:00.000Z";
    const period = { id: newId(), from, to, closedAt, reopenedAt: null, reopenReason: null };
    this.all.unshift(period);
    return { ...period, replayed: false };
  }

  #reopen({ periodId, reason }: ReopenPeriod) {
    const period = this.all.find(({ id }) => id === periodId);
    if (period === undefined) throw new AppError("PERIOD_NOT_FOUND", "There is no such period.");
    period.reopenedAt = "2026-07-02T12:00:00.000Z";
    period.reopenReason = reason;
    return { ...period, replayed: false };
  }
}
