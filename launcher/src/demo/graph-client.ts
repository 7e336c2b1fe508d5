import { z } from "zod";

const Answer = z.object({
  data: z.unknown(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        extensions: z.object({ code: z.string().optional() }).optional(),
      }),
    )
    .optional(),
});

/** A refusal of the graph, with its stable code. */
export class GraphRefusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** Asks the public graph one operation; the answer is checked against its schema. */
export async function askGraph<Schema extends z.ZodType>(
  endpoint: string,
  query: string,
  variables: object,
  answer: Schema,
): Promise<z.output<Schema>> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = Answer.parse(await response.json());
  const [first] = errors ?? [];
  if (first) throw new GraphRefusal(first.extensions?.code ?? "UNKNOWN", first.message);
  return answer.parse(data);
}
