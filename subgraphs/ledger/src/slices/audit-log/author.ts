import { RequiresScopes } from "@allfunds/platform/graphql";
import { Field, ObjectType } from "type-graphql";
import { parseOrigin } from "../../engine/origin.ts";
import type { BatchRead } from "../../graph/ledger-context.ts";
import { ActorObject, toActor } from "../../graph/shared-types.ts";

@RequiresScopes("audit:read")
@ObjectType("LedgerAuthor", {
  description: "Who gave a command to the ledger, and from where. The book's hashes vouch for it.",
})
export class LedgerAuthorObject {
  @Field(() => String, { description: "The id of a user or of an API client." })
  actor!: string;

  @Field(() => ActorObject, { nullable: true, description: "Who that is, by name." })
  who!: ActorObject;

  @Field(() => String, {
    nullable: true,
    description: "The OAuth client that held the token; null where none was required.",
  })
  clientId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "How strongly the user had signed in: `mfa` with two factors. Null for clients.",
  })
  acr!: string | null;

  @Field(() => [String], { description: "The factors of the sign-in, as RFC 8176 names them." })
  factors!: readonly string[];

  @Field(() => String, { nullable: true, description: "Network address of the request." })
  address!: string | null;

  @Field(() => String, { nullable: true, description: "W3C trace id of the request." })
  traceId!: string | null;
}

export function toAuthor(actor: string, originText: string | null): LedgerAuthorObject {
  const { clientId, acr, factors, address, traceId } = parseOrigin(originText);
  return Object.assign(new LedgerAuthorObject(), {
    actor,
    who: toActor(actor),
    clientId: clientId ?? null,
    acr: acr ?? null,
    factors,
    address: address ?? null,
    traceId: traceId ?? null,
  });
}

const READ_AUTHORS = `
  SELECT e.book_id, e.position, e.actor, e.origin
  FROM unnest($2::uuid[], $3::bigint[]) AS place (book_id, position)
  JOIN event e ON e.tenant_id = $1 AND e.book_id = place.book_id AND e.position = place.position`;

interface AuthorRow {
  readonly book_id: string;
  readonly position: string;
  readonly actor: string;
  readonly origin: string | null;
}

/** The name under which the author of an event is looked up. */
export const placeName = (bookId: string, position: number): string => `${bookId}/${position}`;

/** Who gave the commands that led to the events at these places, by name. */
export const authorsAt: BatchRead<LedgerAuthorObject> = async ({ request, stores }, names) => {
  const places = names.map((name) => name.split("/"));
  const { rows } = await stores.pool.query<AuthorRow>(READ_AUTHORS, [
    request.tenantId,
    places.map(([bookId]) => bookId),
    places.map(([, position]) => position),
  ]);
  return new Map(
    rows.map(({ book_id: bookId, position, actor, origin }) => [
      placeName(bookId, Number(position)),
      toAuthor(actor, origin),
    ]),
  );
};
