import { expect, test } from "vitest";
import { canWait, CHANGES, REVIEW_OF, REVIEWED } from "./posting-commands.fixture.ts";

test.each(Object.entries(REVIEW_OF))(
  "the command %s, of which it is known that %s, waits where limits review it",
  (kind, review) => {
    expect(canWait(kind)).toBe(review === REVIEWED || review === CHANGES);
  },
);
