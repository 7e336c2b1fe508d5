import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import {
  DateScalar,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import { requireEvent } from "../../engine/event-log.ts";
import { tenantBookOf } from "../../engine/log-sql.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { requireEveryFund } from "../../graph/require-every-fund.ts";
import { SecurityPriceObject } from "../prices/price-object.ts";
import { readNewestPrices } from "../prices/price-sql.ts";
import {
  RegisteredSecuritiesObject,
  RegisterSecuritiesInput,
  SecurityConnection,
  SecurityObject,
  toSecurity,
  toSecurityObject,
} from "./security-object.ts";
import { readSecurityPage, requireSecurity } from "./security-sql.ts";
import type { RegisterSecurities, SecuritiesRegistered } from "./security.ts";

@Resolver(() => SecurityObject)
export class SecurityResolver {
  readonly #books: CommandPort<RegisterSecurities>;

  constructor({ books }: { readonly books: CommandPort<RegisterSecurities> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:read")
  @Query(() => SecurityObject, {
    description: "The security with this ISIN; SECURITY_NOT_FOUND when the tenant described none.",
  })
  async security(
    @Arg("isin", () => String) isin: string,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<SecurityObject> {
    return toSecurityObject(await requireSecurity(stores.pool, request.tenantId, isin));
  }

  @RequiresScopes("ledger:read")
  @Query(() => SecurityConnection, { description: "The tenant's securities by ISIN." })
  async securities(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<SecurityObject>> {
    const page = toPage(args);
    const securities = await readSecurityPage(stores.pool, request.tenantId, page);
    const objects = securities.map(toSecurityObject);
    return toConnection(objects, { ...page, cursorOf: ({ isin }) => encodeCursor([isin]) });
  }

  @FieldResolver(() => SecurityPriceObject, {
    nullable: true,
    description: "The tenant's newest price on or before a day; null when there is none.",
  })
  async price(
    @Root() { isin }: SecurityObject,
    @Arg("asOf", () => DateScalar) asOf: string,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<SecurityPriceObject | null> {
    const which = { fundId: null, asOf };
    const prices = await readNewestPrices(stores.pool, request.tenantId, [isin], which);
    const price = prices.get(isin);
    return price === undefined ? null : Object.assign(new SecurityPriceObject(), price);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => RegisteredSecuritiesObject, {
    description:
      "Describes securities to all funds of the tenant. A later description holds for what is decided after it.",
  })
  async registerSecurities(
    @Arg("input", () => RegisterSecuritiesInput) input: RegisterSecuritiesInput,
    @Ctx() { request }: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RegisteredSecuritiesObject> {
    requireEveryFund(request, "Securities are for every fund: they need a grant for all.");
    const securities = input.securities.map((each) => toSecurity(request.tenantId, each));
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: tenantBookOf(request.tenantId),
      command: { kind: "RegisterSecurities", batchId: newId(), securities },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { securities },
    });
    const { payload } = requireEvent(events, "SecuritiesRegistered");
    const { batchId } = payload as SecuritiesRegistered;
    const count = securities.length;
    return Object.assign(new RegisteredSecuritiesObject(), { batchId, count, replayed });
  }
}
