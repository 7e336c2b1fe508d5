import fc from "fast-check";

const SURROGATES = { first: 0xd800, count: 0x800 };

/** Any character but halves of pairs. fast-check's own `binary` makes a table of them all first, for a second. */
const character = fc
  .integer({ min: 0, max: 0x10_ffff - SURROGATES.count })
  .map((nth) => String.fromCodePoint(nth < SURROGATES.first ? nth : nth + SURROGATES.count));

/** Text of any characters, one in four of them ASCII. */
export const anyText = (limits: fc.StringConstraints = {}): fc.Arbitrary<string> =>
  fc.string({
    ...limits,
    unit: fc.oneof({ weight: 3, arbitrary: character }, fc.string({ minLength: 1, maxLength: 1 })),
  });
