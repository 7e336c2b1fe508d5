import { expect, test } from "vitest";
import {
  BookModel,
  checkHistory,
  type Heard,
  type ModelVerdict,
  type Move,
} from "./book-model.fixture.ts";

const told = (position: number, after: [bigint, bigint]): ModelVerdict => ({
  position,
  replayed: false,
  after,
});

test("the model itself finds a lost, a doubled and a wrongly refused posting", () => {
  const move: Move = { from: 0, to: 1, cents: 5, key: undefined, reference: null };
  const heard = (asked: number, verdict: ModelVerdict): Heard => ({
    moves: [move],
    asked,
    answered: asked + 1,
    verdicts: [verdict],
  });
  const first = heard(1, told(1, [-5n, 5n]));
  expect(checkHistory([first]).faults).toEqual([]);
  expect(checkHistory([first, heard(3, told(1, [-5n, 5n]))]).faults).toHaveLength(1);
  expect(checkHistory([first, heard(3, told(3, [-10n, 10n]))]).faults).toHaveLength(1);
  expect(checkHistory([heard(1, told(1, [-4n, 5n]))]).faults).toHaveLength(1);
  expect(checkHistory([first, heard(3, { code: "INSUFFICIENT_FUNDS" })]).faults).toHaveLength(1);
  expect(new BookModel().refusalOf({ ...move, from: 1, to: 0 })).toBe("INSUFFICIENT_FUNDS");
});
