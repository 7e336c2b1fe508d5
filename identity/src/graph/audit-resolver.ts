import { requireCaller } from "@allfunds/platform/auth";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  CursorScalar,
  encodeCursor,
  pageSize,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from "type-graphql";
import type { Actor } from "../actors/actors.ts";
import type { RecordedAuditEvent } from "../audit/audit-event.ts";
import { readAudit, type AuditFilter } from "../audit/audit-log.ts";
import { ActorObject } from "./actor-object.ts";
import type { IdentityOrm } from "../store/identity-orm.ts";
import { afterSequence } from "./after-cursor.ts";
import { AuditEventConnection, AuditEventObject, AuditFilterInput } from "./audit-objects.ts";
import type { ResolverContext } from "./resolver-context.ts";

type Shown = Omit<RecordedAuditEvent, "origin"> & RecordedAuditEvent["origin"];

@Resolver(() => AuditEventObject)
export class AuditResolver {
  readonly #orm: IdentityOrm;

  constructor(orm: IdentityOrm) {
    this.#orm = orm;
  }

  @RequiresScopes("audit:read")
  @Query(() => AuditEventConnection, { description: "The tenant's audit log, newest first." })
  async auditTrail(
    @Ctx() { request }: ResolverContext,
    @Arg("filter", () => AuditFilterInput, { nullable: true, description: "Only matching events." })
    filter: AuditFilterInput | null | undefined,
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Read on from here." })
    after: string | null | undefined,
  ): Promise<Connection<Shown>> {
    const { tenantId } = requireCaller(request);
    const size = pageSize(first);
    const before = afterSequence(after);
    const wanted = { tenantId, ...filterOf(filter) };
    const events = await readAudit(this.#orm, wanted, size + 1, before);
    return toConnection(
      events.map(({ origin, ...event }) => ({ ...event, ...origin })),
      { first: size, after, cursorOf: ({ sequence }) => encodeCursor([sequence]) },
    );
  }

  @FieldResolver(() => ActorObject, {
    nullable: true,
    description: "The name of the user or client that acted.",
  })
  async actor(
    @Root() { actorId }: Shown,
    @Ctx() { actors }: ResolverContext,
  ): Promise<Actor | null> {
    return actorId === undefined ? null : actors.find(actorId);
  }
}

const filterOf = (input: AuditFilterInput | null | undefined): Omit<AuditFilter, "tenantId"> => ({
  actions: input?.actions ?? undefined,
  actorId: input?.actorId ?? undefined,
  outcome: input?.outcome ?? undefined,
  from: dateOf(input?.from),
  to: dateOf(input?.to),
});

const dateOf = (value: Date | string | null | undefined): Date | undefined =>
  value === null || value === undefined ? undefined : new Date(value);
