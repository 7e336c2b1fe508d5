import { invalidInput } from "@allfunds/contract/errors";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  CursorScalar,
  DateScalar,
  decodeCursor,
  encodeCursor,
  pageSize,
  toConnection,
} from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import type { RequestContext } from "@allfunds/platform/context";
import { withTransaction, type Pool } from "@allfunds/platform/database";
import type { Connection } from "@allfunds/platform/graphql/types";
import {
  Arg,
  Ctx,
  Directive,
  Field,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
} from "type-graphql";
import { deletePrices } from "../prices/price-merge.ts";
import { addDays } from "../series/calendar.ts";
import { detectMapping, type GivenMapping } from "../prices/detect-mapping.ts";
import { parsePrices } from "../prices/parse-prices.ts";
import type { StorageProfile } from "../storage/profile.ts";
import { importPrices } from "./import-prices.ts";
import type { PriceImport } from "./import-prices.ts";
import { findInstrument, listInstruments, readInstrument } from "./instrument-store.ts";
import { InstrumentKind } from "./instrument.ts";
import type { InstrumentOrm } from "./instrument-store.ts";
import type { Instrument } from "./instrument.ts";

/** What a resolver of instruments receives. */
export interface InstrumentContext {
  readonly request: RequestContext;
  readonly orm: InstrumentOrm;
}

@RequiresScopes("metrics:read")
@Directive('@key(fields: "id")')
@ObjectType("Instrument", {
  description: "Something with a price history: an index, a share, a fund's unit.",
})
export class InstrumentObject {
  @Field(() => ID, { description: "UUID of the instrument." })
  id!: string;

  @Field(() => String, { description: "Unique short name, such as `^GSPC`." })
  symbol!: string;

  @Field(() => String, { description: "Name for people." })
  name!: string;

  @Field(() => String, { description: "ISO 4217 currency of its prices." })
  currency!: string;

  @Field(() => InstrumentKind, { description: "What it is." })
  kind!: InstrumentKind;

  @Field(() => String, {
    nullable: true,
    description:
      "Of a currency pair: its price is the amount of `currency` for one unit of this one.",
  })
  baseCurrency!: string | null;
}

registerEnumType(InstrumentKind, {
  name: "InstrumentKind",
  description: "What an instrument is. Any of them can be a benchmark.",
  valuesConfig: {
    SECURITY: { description: "A share, a bond, or anything else that is traded." },
    INDEX: { description: "An index." },
    FUND_UNIT: { description: "A fund's unit." },
    CURRENCY_PAIR: { description: "A rate: series in other currencies are converted by it." },
  },
});

const InstrumentConnection = connectionType("Instrument", InstrumentObject);

@ObjectType("PriceImport", { description: "What an import of prices did." })
class PriceImportObject {
  @Field(() => InstrumentObject, { description: "The instrument the prices belong to." })
  instrument!: InstrumentObject;

  @Field(() => Int, { description: "Prices in the file." })
  rows!: number;

  @Field(() => Int, { description: "Times that had no price before." })
  inserted!: number;

  @Field(() => Int, { description: "Times that had the same price already." })
  unchanged!: number;

  @Field(() => Int, { description: "Times whose price differed and was replaced." })
  corrected!: number;

  @Field(() => Int, {
    description: "Rows without any price, such as those of a holiday, which are left out.",
  })
  withoutPrice!: number;
}

@InputType("PriceCsvMapping", {
  description:
    "How a CSV file of prices is written. Of what is absent `importPrices` finds out from the file; `startPriceImport`, which has not seen it, takes the defaults that are named here.",
})
export class PriceCsvMappingInput implements GivenMapping {
  @Field(() => String, { nullable: true, description: "Column of the date: `date`." })
  date!: string | null | undefined;

  @Field(() => String, { nullable: true, description: "Column of the closing price: `close`." })
  close!: string | null | undefined;

  @Field(() => String, { nullable: true, description: "Column of the opening price, if any." })
  open!: string | null | undefined;

  @Field(() => String, { nullable: true, description: "Column of the highest price, if any." })
  high!: string | null | undefined;

  @Field(() => String, { nullable: true, description: "Column of the lowest price, if any." })
  low!: string | null | undefined;

  @Field(() => String, { nullable: true, description: "Column of the traded volume, if any." })
  volume!: string | null | undefined;

  @Field(() => String, {
    nullable: true,
    description:
      "Made of YYYY, MM or M or MMM (Jan), DD or D, and any text between: `YYYY-MM-DD`. With HH and mm, and perhaps ss (with up to three decimals) and Z (Z or +01:00), the prices are of instants; X is seconds and x milliseconds since 1970.",
  })
  dateFormat!: string | null | undefined;

  @Field(() => String, {
    nullable: true,
    description:
      "IANA zone of instants that are written without Z: `UTC`. A time that its clock skips or has twice is refused.",
  })
  timeZone!: string | null | undefined;

  @Field(() => String, {
    nullable: true,
    description: "Decimal separator, a point or a comma: a point.",
  })
  decimalSeparator!: string | null | undefined;

  @Field(() => String, {
    nullable: true,
    description: "Column separator, one character: a comma.",
  })
  delimiter!: string | null | undefined;
}

@InputType("ImportPricesInput", { description: "A CSV file of prices of one instrument." })
class ImportPricesInput {
  @Field(() => String, {
    description: "Symbol of the instrument, which is created when it is new.",
  })
  symbol!: string;

  @Field(() => String, { nullable: true, description: "Name for people; the symbol by default." })
  name!: string | null | undefined;

  @Field(() => String, { description: "ISO 4217 currency of the prices." })
  currency!: string;

  @Field(() => InstrumentKind, {
    nullable: true,
    description: "What it is; SECURITY by default, and that of the instrument when it exists.",
  })
  kind!: InstrumentKind | null | undefined;

  @Field(() => String, {
    nullable: true,
    description: "Of a CURRENCY_PAIR: the prices are amounts of `currency` for one unit of it.",
  })
  baseCurrency!: string | null | undefined;

  @Field(() => String, {
    description: "The file, its first line naming the columns; at most 100,000 rows.",
  })
  content!: string;

  @Field(() => PriceCsvMappingInput, {
    defaultValue: {},
    description:
      "Columns and formats. What is absent is found out by all rows of the file: INVALID_INPUT names what can be read in two ways.",
  })
  csv!: PriceCsvMappingInput;
}

@Resolver(() => InstrumentObject)
export class InstrumentResolver {
  readonly #parts: { readonly pool: Pool; readonly profile: StorageProfile };
  readonly #pool: Pool;

  constructor(pool: Pool, profile: StorageProfile) {
    this.#parts = { pool, profile };
    this.#pool = pool;
  }

  @RequiresScopes("metrics:read")
  @Query(() => InstrumentObject, { nullable: true, description: "One instrument, or null." })
  instrument(
    @Arg("id", () => ID, { description: "UUID of the instrument." }) id: string,
    @Ctx() { request, orm }: InstrumentContext,
  ): Promise<Instrument | null> {
    return findInstrument(orm, request.tenantId, id);
  }

  @RequiresScopes("metrics:read")
  @Query(() => InstrumentConnection, { description: "Instruments by symbol." })
  async instruments(
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after: string | null | undefined,
    @Ctx() { request, orm }: InstrumentContext,
  ): Promise<Connection<Instrument>> {
    const size = pageSize(first);
    const afterSymbol = after ? String(decodeCursor(after, 1)[0]) : null;
    const items = await listInstruments(orm, request.tenantId, afterSymbol, size + 1);
    return toConnection(items, {
      first: size,
      after,
      cursorOf: ({ symbol }) => encodeCursor([symbol]),
    });
  }

  @RequiresScopes("metrics:write")
  @Mutation(() => PriceImportObject, {
    description:
      "Stores prices of days or of instants from CSV. A file with a bad row is refused whole (INVALID_INPUT, with line numbers); importing a file twice changes nothing; a changed price is corrected, and what was known before is kept.",
  })
  importPrices(
    @Arg("input", () => ImportPricesInput) input: ImportPricesInput,
    @Ctx() { request }: InstrumentContext,
  ): Promise<PriceImport> {
    const { content, csv, ...details } = input;
    const prices = parsePrices(content, detectMapping(content, csv), request.now);
    return importPrices(this.#parts, request.tenantId, newId(), details, prices);
  }

  @RequiresScopes("metrics:write")
  @Mutation(() => Int, {
    description:
      "Deletes the prices of days, and of instants within them, in UTC; resolves with their number. What was known before is kept.",
  })
  async deletePrices(
    @Arg("instrumentId", () => ID, { description: "UUID of the instrument." }) id: string,
    @Arg("from", () => DateScalar, { description: "First day." }) from: string,
    @Arg("to", () => DateScalar, { description: "Last day." }) to: string,
    @Ctx() { request: { tenantId } }: InstrumentContext,
  ): Promise<number> {
    if (from > to) throw invalidInput("from", "is after to");
    const { id: instrumentId } = await readInstrument(this.#pool, tenantId, id);
    const { pool, profile } = this.#parts;
    const key = { tenantId, instrumentId };
    const span = { from, until: addDays(to, 1) };
    const instants = { from: `${span.from}T00:00:00Z`, until: `${span.until}T00:00:00Z` };
    const deleted = await withTransaction(pool, { tenantId }, async (client) => {
      const days = await deletePrices(client, key, "DAY", span, profile);
      return days + (await deletePrices(client, key, "INSTANT", instants, profile));
    });
    await profile.afterCommit(pool);
    return deleted;
  }
}
