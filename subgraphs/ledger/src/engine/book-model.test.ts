import { expect, test } from "vitest";
import {
  BookModel,
  checkHistory,
  type Answered,
  type ModelVerdict,
  type Move,
} from "./book-model.fixture.ts";

const posted = (position: number, after: [bigint, bigint]): ModelVerdict => ({
  position,
  replayed: false,
  after,
});

test("the model itself finds a lost, a doubled and a wrongly refused posting", () => {
  const move: Move = { from: 0, to: 1, cents: 5, key: undefined, reference: null };
  const answers = (asked: number, verdict: ModelVerdict): Answered => ({
    moves: [move],
    asked,
    answered: asked + 1,
    verdicts: [verdict],
  });
  const first = answers(1, posted(1, [-5n, 5n]));
  expect(checkHistory([first]).faults).toEqual([]);
  expect(checkHistory([first, answers(3, posted(1, [-5n, 5n]))]).faults).toHaveLength(1);
  expect(checkHistory([first, answers(3, posted(3, [-10n, 10n]))]).faults).toHaveLength(1);
  expect(checkHistory([answers(1, posted(1, [-4n, 5n]))]).faults).toHaveLength(1);
  expect(checkHistory([first, answers(3, { code: "INSUFFICIENT_FUNDS" })]).faults).toHaveLength(1);
  expect(new BookModel().refusalOf({ ...move, from: 1, to: 0 })).toBe("INSUFFICIENT_FUNDS");
});
