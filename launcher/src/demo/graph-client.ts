import { z } from "zod";

const Answer = z.object({
  data: z.unknown().optional(),
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

/** The public graph, and a token for it. */
export interface Graph {
  readonly endpoint: string;
  readonly token: () => Promise<string>;
}

/**
 * Sends one operation to the public graph; the answer is checked against its schema. A mutation under the key of
 * an earlier one takes effect once.
 */
export async function askGraph<Schema extends z.ZodType>(
  graph: Graph,
  query: string,
  variables: object,
  answer: Schema,
  key?: string,
): Promise<z.output<Schema>> {
  const response = await fetch(graph.endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${await graph.token()}`,
      ...(key === undefined ? {} : { "idempotency-key": key }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = Answer.parse(await response.json());
  const [first] = errors ?? [];
  if (first) throw new GraphRefusal(first.extensions?.code ?? "UNKNOWN", first.message);
  return answer.parse(data);
}
