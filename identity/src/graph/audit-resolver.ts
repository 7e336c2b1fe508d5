import { requireCaller } from "@allfunds/platform/auth";
import { RequiresScopes } from "@allfunds/platform/graphql";
import type { Connection } from "@allfunds/platform/graphql/types";
import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import type { Actor } from "../actors/actors.ts";
import type { RecordedAuditEvent } from "../audit/audit-event.ts";
import { readAudit, type AuditFilter } from "../audit/audit-log.ts";
import { ActorObject } from "./actor-object.ts";
import type { IdentityOrm } from "../store/identity-orm.ts";
import { AuditEventConnection, AuditEventObject, AuditFilterInput } from "./audit-objects.ts";
import { PageArgs, readPage, sequenceIn } from "./page-args.ts";
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
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<Shown>> {
    const { tenantId } = requireCaller(request);
    const wanted = { tenantId, ...filterOf(filter) };
    const read = async (limit: number, after: string | undefined): Promise<Shown[]> => {
      const events = await readAudit(this.#orm, wanted, limit, sequenceIn(after));
      return events.map(({ origin, ...event }) => ({ ...event, ...origin }));
    };
    return readPage(page, read, ({ sequence }) => sequence);
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
