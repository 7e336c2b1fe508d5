import { GraphQLError } from "graphql";

/** An error as the gateway words it. */
export function codedError(code: string, message: string, more: object = {}): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code, traceId: "0af7651916cd43dd8448eb211c80319c", ...more },
  });
}
