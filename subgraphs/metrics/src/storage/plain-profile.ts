import {
  createCurrent,
  createHistory,
  createRollUp,
  DAY,
  EXTEND_INSTRUMENTS,
  INSTANT,
  MOVE_PRICES,
} from "./price-tables.ts";
import { dropWholePartitions, partitionsOf } from "./partitions.ts";
import type { StorageProfile } from "./profile.ts";
import { rollUpTouched, TICKS_TO_ROLL_UPS } from "./roll-up-sql.ts";

/**
 * Ordinary PostgreSQL: partitions by time, and roll-ups that are made anew bucket by bucket in the
 * transaction that changes their points.
 */
export const plainProfile: StorageProfile = {
  name: "plain",
  layOut: [
    ...EXTEND_INSTRUMENTS,
    createCurrent("daily_price", { time: DAY, suffix: "PARTITION BY RANGE (day)" }),
    ...partitionsOf("daily_price", { from: 1990, to: 2040, years: 10 }),
    createHistory("daily_price_history", { time: DAY }),
    createCurrent("price_point", { time: INSTANT, suffix: "PARTITION BY RANGE (at)" }),
    ...partitionsOf("price_point", { from: 2018, to: 2034, years: 2 }),
    createHistory("price_point_history", { time: INSTANT }),
    createRollUp("price_hour"),
    createRollUp("price_day"),
    ...MOVE_PRICES,
  ],
  rollUp: rollUpTouched,
  ticksToRollUps: TICKS_TO_ROLL_UPS,
  afterCommit: () => Promise.resolve(),
  dropPointsBefore: dropWholePartitions,
};
