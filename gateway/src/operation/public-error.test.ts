import { createLogger } from "@allfunds/platform/logging";
import fc from "fast-check";
import { GraphQLError } from "graphql";
import { expect, it } from "vitest";
import { answerText, publicResult } from "./public-error.ts";

const logger = createLogger("test", "silent");
const TRACE = "0".repeat(32);

it("writes an answer as JSON that reads as the answer, also when its data was written before", () => {
  const absent = fc.constant(undefined);
  const data = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.constant(null), absent);
  const errors = fc.array(fc.string().map((message) => new GraphQLError(message)));
  const extensions = fc.oneof(absent, fc.dictionary(fc.string(), fc.integer()));
  fc.assert(
    fc.property(data, fc.oneof(absent, errors), extensions, (written, reported, more) => {
      for (const result of [
        { data: written, errors: reported, extensions: more },
        { data: written },
        { data: written, extensions: { cost: 1 }, hasNext: true },
      ]) {
        const expected: unknown = JSON.parse(JSON.stringify(publicResult(result, TRACE, logger)));
        expect(JSON.parse(answerText(result, TRACE, logger))).toEqual(expected);
      }
    }),
  );
});
