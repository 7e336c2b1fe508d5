import { ERROR_CODES, type ErrorCode } from "@allfunds/contract/errors";
import { z } from "zod";

const codes = Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]];

export const PROBLEM_TYPE = "application/problem+json";

/** The form of every refusal. */
export const problem = z
  .object({
    type: z.string().meta({
      description:
        "Address of a page about the code. In version 2026-11-01: urn:allfunds:problem: and the code.",
    }),
    title: z.string().meta({ description: "What the code means." }),
    status: z.int().meta({ description: "The HTTP status." }),
    detail: z.string().meta({ description: "What was wrong this time, in a sentence." }),
    instance: z.string().meta({ description: "The path of the request." }),
    code: z.enum(codes).meta({ description: "Stable code to act on." }),
    traceId: z.string().meta({ description: "Quote it to support: the log holds it." }),
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

/** The type of a problem: the page about its code. */
export const problemTypeOf = (code: ErrorCode, publicUrl: string): string =>
  `${publicUrl}/problems/${code}`;

/** An example of a refusal. */
export const exampleProblem = (code: ErrorCode, path: string) => ({
  type: problemTypeOf(code, "http://localhost:8000"),
  ...ERROR_CODES[code],
  detail: `${ERROR_CODES[code].title}.`,
  instance: path,
  code,
  traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
});
