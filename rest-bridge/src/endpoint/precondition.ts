import { AppError, invalidInput } from "@allfunds/contract/errors";
import { SeenPositions, type Unchanged } from "@allfunds/platform/book-positions";
import type { RequestContext } from "@allfunds/platform/context";
import { withoutEncoding } from "@allfunds/platform/http";
import type { Endpoint, RawRequest, RequestHeaderDocs } from "./endpoint.ts";
import type { GatewayClient } from "../gateway/gateway-client.ts";
import { tagOf } from "./entity-tag.ts";
import { IDEMPOTENCY_KEY_HEADER } from "./headers.ts";

const ONE_TAG = '(?:W/)?"[!#-~]*"';
const TAGS = `^(?:\\*|${ONE_TAG}(?: *, *${ONE_TAG})*)$`;

const ifMatchOf = (path: string): RequestHeaderDocs => ({
  name: "If-Match",
  description: `The ETag that GET ${path.replaceAll(/:(\w+)/g, "{$1}")} answered in JSON, without \`fields\` and \`expand\`. Refused with VERSION_CONFLICT when it answers another by now: of two requests with one tag, one takes effect. A repeat under its Idempotency-Key is answered as the first was.`,
  example: '"Xr5vS1bq0yH3mJk2dPfW9A"',
  schema: { pattern: TAGS },
});

/**
 * The endpoints, those that change one resource with If-Match: below the address of a GET (`/holds/:id`), an action
 * (`/holds/:id/void`) is refused unless the GET still has the tag.
 */
export const withPreconditions = (endpoints: readonly Endpoint[]): readonly Endpoint[] =>
  endpoints.map((endpoint) => {
    const read = endpoints.find((candidate) => isReadOf(candidate, endpoint));
    return read === undefined ? endpoint : conditional(endpoint, read);
  });

/** Whether a GET of one resource has this change at its address, or below it. */
export const isReadOf = (read: Endpoint, { method, path, keepsResource }: Endpoint): boolean =>
  method !== "GET" &&
  keepsResource !== true &&
  read.method === "GET" &&
  read.path.endsWith("/:id") &&
  `${path}/`.startsWith(`${read.path}/`);

function conditional(endpoint: Endpoint, read: Endpoint): Endpoint {
  const { docs, handle } = endpoint;
  const isRepeatable = docs.requestHeaders?.includes(IDEMPOTENCY_KEY_HEADER) === true;
  return {
    ...endpoint,
    docs: {
      ...docs,
      requestHeaders: [ifMatchOf(read.path), ...(docs.requestHeaders ?? [])],
      refusals: [...docs.refusals, "VERSION_CONFLICT"],
    },
    handle: async (request, gateway) => {
      const { "if-match": ifMatch } = request.headers;
      if (ifMatch === undefined) return handle(request, gateway);
      const look = (context: RequestContext): Promise<Found> =>
        lookAt(read, { ...request, context }, gateway);
      const comparison = new Comparison({ ifMatch, request, look, isRepeatable });
      const precondition = () => comparison.condition();
      return handle({ ...request, precondition }, gateway).catch((error: unknown) =>
        comparison.refused(error),
      );
    },
  };
}

/** A resource as it was found. */
interface Found {
  readonly tag: string;
  /** The fund whose book records its changes; undefined of a job, and of others that no book records. */
  readonly fundId: string | undefined;
}

async function lookAt(read: Endpoint, request: RawRequest, gateway: GatewayClient): Promise<Found> {
  const asRead = { ...request, params: { id: idOf(request) }, query: {}, body: undefined };
  const { headers, body } = await read.handle(
    { ...asRead, mediaType: "application/json" },
    gateway,
  );
  const { fundId } = read.outsideBooks === true ? {} : (body as { readonly fundId?: string });
  return { tag: tagOf(headers, JSON.stringify(body)), fundId };
}

const idOf = ({ params }: RawRequest): string => (params as { readonly id: string }).id;

interface Compared {
  readonly ifMatch: string;
  readonly request: RawRequest;
  readonly look: (context: RequestContext) => Promise<Found>;
  /** Whether a repeat of the change under its key is answered as the first. */
  readonly isRepeatable: boolean;
}

/** The comparison of If-Match with a resource, before its change and with it. */
class Comparison {
  readonly #of: Compared;
  #unchanged: Unchanged | undefined;
  /** The refusal, unless the request turns out to repeat one that took effect. */
  #conflict: AppError | undefined;

  constructor(of: Compared) {
    this.#of = of;
  }

  /** What the graph is to refuse the change without. Throws VERSION_CONFLICT unless the resource has one of the tags. */
  async condition(): Promise<Unchanged | undefined> {
    const { ifMatch, request, look } = this.#of;
    if (!new RegExp(TAGS).test(ifMatch.trim())) {
      throw invalidInput("If-Match", 'must be * or entity tags such as "Xr5vS1bq0yH3mJk2dPfW9A"');
    }
    const found = await look(request.context);
    if (ifMatch.trim() === "*") return undefined;
    const { fundId } = found;
    if (fundId === undefined) {
      this.#compare(found);
      this.#unchanged = { subject: idOf(request) };
    } else {
      this.#unchanged = await this.#compareInBook(found, fundId);
    }
    return this.#unchanged;
  }

  /** A refusal of a resource that has changed meanwhile is VERSION_CONFLICT, whatever its own rules call it. */
  async refused(refusal: unknown): Promise<never> {
    if (this.#unchanged === undefined || !isOfState(refusal)) throw refusal;
    if (this.#conflict !== undefined) throw this.#conflict;
    const { request, look } = this.#of;
    const found = await look(request.context).catch(() => undefined);
    if (found !== undefined) this.#compare(found);
    throw refusal;
  }

  /** Compares at a position of the book, so that the book finds what changes the resource from then on. */
  async #compareInBook(before: Found, fundId: string): Promise<Unchanged> {
    const { request, look, isRepeatable } = this.#of;
    const { context } = request;
    const isRepeat = isRepeatable && context.idempotencyKey !== undefined;
    if (!isRepeat) this.#compare(before);
    const changed = { subject: idOf(request), book: fundId, since: 0 };
    const seen = new SeenPositions();
    const positions = new Map([[fundId, context.positions?.get(fundId) ?? 0]]);
    const found = await look({ ...context, positions, seen, unchanged: changed });
    const since = seen.positions.get(fundId) ?? 0;
    try {
      this.#compare(found);
      // A gateway or ledger of an earlier version, which would not compare.
      if (since === 0) throw new AppError("UPSTREAM_UNAVAILABLE", "The books cannot compare yet.");
      return { ...changed, since };
    } catch (error) {
      if (!isRepeat || since === 0 || !(error instanceof AppError)) throw error;
      this.#conflict = error;
      return changed;
    }
  }

  #compare({ tag }: Found): void {
    const sent = this.#of.ifMatch.match(new RegExp(ONE_TAG, "g")) ?? [];
    if (sent.some((one) => withoutEncoding(one) === tag)) return;
    throw new AppError("VERSION_CONFLICT", `It has changed since it was read: its tag is ${tag}.`);
  }
}

/** Refusals that follow from what a resource is by now. */
const isOfState = (error: unknown): boolean =>
  error instanceof AppError &&
  error.code !== "IDEMPOTENCY_CONFLICT" &&
  [404, 409, 412, 422].includes(error.status);
