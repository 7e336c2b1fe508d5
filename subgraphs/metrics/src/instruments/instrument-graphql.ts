import { invalidInput } from "@allfunds/contract/errors";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  CursorScalar,
  decodeCursor,
  encodeCursor,
  pageSize,
  toConnection,
} from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import type { RequestContext } from "@allfunds/platform/context";
import type { Pool } from "@allfunds/platform/database";
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
  Resolver,
} from "type-graphql";
import { utcDate } from "../series/calendar.ts";
import { findInstrument, listInstruments } from "./instrument-store.ts";
import type { Instrument } from "./instrument-store.ts";
import { parsePrices } from "./parse-prices.ts";
import { importPrices } from "./price-store.ts";
import type { PriceImport } from "./price-store.ts";

/** What a resolver of instruments receives. */
export interface InstrumentContext {
  readonly request: RequestContext;
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
}

const InstrumentConnection = connectionType("Instrument", InstrumentObject);

@ObjectType("PriceImport", { description: "What an import of prices did." })
class PriceImportObject {
  @Field(() => InstrumentObject, { description: "The instrument the prices belong to." })
  instrument!: InstrumentObject;

  @Field(() => Int, { description: "Days in the file." })
  rows!: number;

  @Field(() => Int, { description: "Days that had no price before." })
  inserted!: number;

  @Field(() => Int, { description: "Days that had the same price already." })
  unchanged!: number;

  @Field(() => Int, { description: "Days whose price differed and was replaced." })
  corrected!: number;
}

@InputType("PriceCsvMapping", { description: "How a CSV file of prices is written." })
class PriceCsvMappingInput {
  @Field(() => String, { defaultValue: "date", description: "Column of the date." })
  date!: string;

  @Field(() => String, { defaultValue: "close", description: "Column of the closing price." })
  close!: string;

  @Field(() => String, {
    defaultValue: "YYYY-MM-DD",
    description: "Made of YYYY, MM or M or MMM (Jan), DD or D, and any text between.",
  })
  dateFormat!: string;

  @Field(() => String, { defaultValue: ".", description: "Decimal separator: `.` or `,`." })
  decimalSeparator!: string;

  @Field(() => String, { defaultValue: ",", description: "Column separator, one character." })
  delimiter!: string;
}

@InputType("ImportPricesInput", { description: "A CSV file of daily prices of one instrument." })
class ImportPricesInput {
  @Field(() => String, {
    description: "Symbol of the instrument, which is created when it is new.",
  })
  symbol!: string;

  @Field(() => String, { nullable: true, description: "Name for people; the symbol by default." })
  name!: string | null | undefined;

  @Field(() => String, { description: "ISO 4217 currency of the prices." })
  currency!: string;

  @Field(() => String, {
    description: "The file, its first line naming the columns; at most 100,000 rows.",
  })
  content!: string;

  @Field(() => PriceCsvMappingInput, {
    defaultValue: {},
    description: "Columns and formats.",
  })
  csv!: PriceCsvMappingInput;
}

@Resolver(() => InstrumentObject)
export class InstrumentResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @RequiresScopes("metrics:read")
  @Query(() => InstrumentObject, { nullable: true, description: "One instrument, or null." })
  instrument(
    @Arg("id", () => ID, { description: "UUID of the instrument." }) id: string,
    @Ctx() { request }: InstrumentContext,
  ): Promise<Instrument | null> {
    return findInstrument(this.#pool, request.tenantId, id);
  }

  @RequiresScopes("metrics:read")
  @Query(() => InstrumentConnection, { description: "Instruments by symbol." })
  async instruments(
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after: string | null | undefined,
    @Ctx() { request }: InstrumentContext,
  ): Promise<Connection<Instrument>> {
    const size = pageSize(first);
    const afterSymbol = after ? String(decodeCursor(after, 1)[0]) : null;
    const items = await listInstruments(this.#pool, request.tenantId, afterSymbol, size + 1);
    return toConnection(items, {
      first: size,
      after,
      cursorOf: ({ symbol }) => encodeCursor([symbol]),
    });
  }

  @RequiresScopes("metrics:write")
  @Mutation(() => PriceImportObject, {
    description:
      "Stores daily prices from CSV. A file with a bad row is refused whole (INVALID_INPUT, with line numbers); importing a file twice changes nothing; a changed price is corrected.",
  })
  importPrices(
    @Arg("input", () => ImportPricesInput) input: ImportPricesInput,
    @Ctx() { request }: InstrumentContext,
  ): Promise<PriceImport> {
    const { symbol, name, currency, content, csv } = input;
    if (csv.decimalSeparator !== "." && csv.decimalSeparator !== ",") {
      throw invalidInput("csv.decimalSeparator", 'must be "." or ","');
    }
    const prices = parsePrices(content, csv, utcDate(request.now));
    const details = { symbol, name, currency };
    return importPrices(this.#pool, request.tenantId, newId(), details, prices);
  }
}
