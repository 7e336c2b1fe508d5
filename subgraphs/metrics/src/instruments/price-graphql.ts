import { invalidInput } from "@allfunds/contract/errors";
import { isCalendarDate } from "@allfunds/platform/dates";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  CursorScalar,
  DateScalar,
  DecimalScalar,
  decodeCursor,
  encodeCursor,
  pageSize,
  toConnection,
} from "@allfunds/platform/graphql/types";
import type { Pool } from "@allfunds/platform/database";
import type { Connection } from "@allfunds/platform/graphql/types";
import { Arg, Ctx, Field, FieldResolver, Int, ObjectType, Resolver, Root } from "type-graphql";
import { InstrumentObject } from "./instrument-graphql.ts";
import type { InstrumentContext } from "./instrument-graphql.ts";
import { listPrices } from "./price-store.ts";

@ObjectType("Price", { description: "The price of an instrument at the close of a day." })
class PriceObject {
  @Field(() => DateScalar, { description: "The day." })
  date!: string;

  @Field(() => DecimalScalar, { nullable: true, description: "Opening price, if it is known." })
  open!: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "Highest price, if it is known." })
  high!: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "Lowest price, if it is known." })
  low!: string | null;

  @Field(() => DecimalScalar, { description: "Closing price, exactly as imported." })
  close!: string;

  @Field(() => DecimalScalar, { nullable: true, description: "Traded volume, if it is known." })
  volume!: string | null;
}

const PriceConnection = connectionType("Price", PriceObject);

const FROM = { nullable: true, description: "First day; from the first price by default." };
const TO = { nullable: true, description: "Last day; to the last price by default." };
type OptionalDate = string | null | undefined;

@Resolver(() => InstrumentObject)
export class PriceResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @RequiresScopes("metrics:read")
  @FieldResolver(() => PriceConnection, { description: "Closing prices, oldest first." })
  async prices(
    @Root() { id }: InstrumentObject,
    @Arg("from", () => DateScalar, FROM) from: OptionalDate,
    @Arg("to", () => DateScalar, TO) to: OptionalDate,
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after: string | null | undefined,
    @Ctx() { request }: InstrumentContext,
  ): Promise<Connection<PriceObject>> {
    const size = pageSize(first);
    const page = { from, to, afterDay: dayCursor(after), limit: size + 1 };
    const rows = await listPrices(this.#pool, request.tenantId, id, page);
    const items = rows.map(({ day, ...parts }) => ({ date: day, ...parts }));
    return toConnection(items, {
      first: size,
      after,
      cursorOf: ({ date }) => encodeCursor([date]),
    });
  }
}

/** The day a page starts after; null for the first page. */
export function dayCursor(after: string | null | undefined): string | null {
  if (after === null || after === undefined) return null;
  const [day] = decodeCursor(after, 1);
  if (typeof day === "string" && isCalendarDate(day)) return day;
  throw invalidInput("after", "is not a cursor of this list");
}
