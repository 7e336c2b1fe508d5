import { AppError } from "@allfunds/contract/errors";
import type {
  ClosePeriodInput,
  FakeValue,
  Period,
  ReopenPeriodInput,
} from "@allfunds/graph-tools/fake-graph";
import { newId } from "@allfunds/platform/ids";

/** The closed periods of the fake graph's fund. */
export class FakePeriods {
  #all: (FakeValue<Period> & { readonly id: string })[] = [];

  get all(): readonly FakeValue<Period>[] {
    return this.#all;
  }

  find(id: string): FakeValue<Period> | null {
    return this.#all.find((period) => period.id === id) ?? null;
  }

  close({ fundId, from = null, to }: ClosePeriodInput): FakeValue<Period> {
    const closedAt = "2026-07-01T12:00:00.000Z";
    const open = { reopenedAt: null, reopenReason: null, replayed: false };
    const period = { id: newId(), fundId, from, to, closedAt, ...open };
    this.#all.unshift(period);
    return period;
  }

  reopen({ periodId, reason }: ReopenPeriodInput): FakeValue<Period> {
    const period = this.#all.find(({ id }) => id === periodId);
    if (period === undefined) throw new AppError("PERIOD_NOT_FOUND", "There is no such period.");
    const reopened = {
      ...period,
      reopenedAt: "2026-07-02T12:00:00.000Z",
      reopenReason: reason,
    };
    this.#all = this.#all.map((other) => (other.id === periodId ? reopened : other));
    return reopened;
  }
}
