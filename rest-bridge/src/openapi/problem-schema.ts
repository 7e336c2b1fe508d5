import { ERROR_CODES, type ErrorCode } from "@allfunds/contract/errors";
import { z } from "zod";

const codes = Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]];

/** What every refusal looks like. */
export const problem = z
  .object({
    type: z.string().meta({ description: "urn:allfunds:problem: and the code." }),
    title: z.string().meta({ description: "What the code means." }),
    status: z.int().meta({ description: "The HTTP status." }),
    detail: z.string().meta({ description: "What was wrong this time, in a sentence." }),
    instance: z.string().meta({ description: "The path that was asked for." }),
    code: z.enum(codes).meta({ description: "Stable code to act on." }),
    traceId: z.string().meta({ description: "Tell it to support: the log knows it." }),
    violations: z
      .array(
        z.object({
          path: z.string().meta({ description: "Where: `entries.0.amount`." }),
          message: z.string().meta({ description: "What is wrong there." }),
        }),
      )
      .optional()
      .meta({ description: "Every fault of the input." }),
  })
  .meta({ id: "Problem", description: "Why a request was refused (RFC 9457)." });

/** A refusal as it may look, for the document. */
export const exampleProblem = (code: ErrorCode, path: string) => ({
  type: `urn:allfunds:problem:${code}`,
  ...ERROR_CODES[code],
  detail: `${ERROR_CODES[code].title}.`,
  instance: path,
  code,
  traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
});
