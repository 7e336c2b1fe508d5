import { expect, it } from "vitest";
import { stepOf } from "./projection.ts";

it.each([
  [{ step: 1, most: 250 }, 0, 10, { from: 0, to: 10, left: 0 }],
  [{ step: 1, most: 250 }, 10, 10, undefined],
  [{ step: 1, most: 250 }, 0, 400, { from: 0, to: 250, left: 150 }],
  [{ step: 1, most: 250 }, 240, 400, { from: 240, to: 250, left: 150 }],
  [{ step: 512, most: 8_192 }, 0, 511, undefined],
  [{ step: 512, most: 8_192 }, 512, 1_100, { from: 512, to: 1_024, left: 0 }],
  [{ step: 512, most: 1_024 }, 0, 9_999, { from: 0, to: 1_024, left: 8_704 }],
])("a read model that goes by %o, at %i of %i", (projection, from, head, expected) => {
  expect(stepOf(projection, from, head)).toEqual(expected);
});
