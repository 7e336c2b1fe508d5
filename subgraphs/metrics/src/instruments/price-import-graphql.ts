import { AppError } from "@allfunds/contract/errors";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  CursorScalar,
  decodeCursor,
  encodeCursor,
  pageSize,
  SafeIntScalar,
  toConnection,
} from "@allfunds/platform/graphql/types";
import { isId, newId } from "@allfunds/platform/ids";
import { withTransaction, type Pool } from "@allfunds/platform/database";
import type { Connection } from "@allfunds/platform/graphql/types";
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import type { JobContext } from "@allfunds/platform/jobs/resolver";
import type { ImportRequest } from "../prices/import-job.ts";
import { withDefaults } from "../prices/detect-mapping.ts";
import { requireMapping } from "../prices/price-rows.ts";
import {
  appendChunk,
  findUpload,
  finishUpload,
  listUploads,
  noteJob,
  PRICE_IMPORT,
  readUpload,
  removeUpload,
  startUpload,
} from "../prices/price-upload.ts";
import type { PriceUpload } from "../prices/price-upload.ts";
import { takeInstrument } from "./import-prices.ts";
import { InstrumentObject, PriceCsvMappingInput } from "./instrument-graphql.ts";
import type { InstrumentContext } from "./instrument-graphql.ts";
import { readInstrument } from "./instrument-store.ts";
import { InstrumentKind } from "./instrument.ts";
import type { Instrument } from "./instrument.ts";
import {
  PriceImportJobObject,
  PriceUploadConnection,
  PriceUploadObject,
  toPriceImportJob,
} from "./price-import-object.ts";

@InputType("StartPriceImportInput", { description: "A file of prices that will be uploaded." })
class StartPriceImportInput {
  @Field(() => ID, {
    nullable: true,
    description: "UUID of the upload, made by the client, so that a repeat is the same upload.",
  })
  id!: string | null | undefined;

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

  @Field(() => PriceCsvMappingInput, { defaultValue: {}, description: "Columns and formats." })
  csv!: PriceCsvMappingInput;
}

@Resolver(() => PriceUploadObject)
export class PriceImportResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @RequiresScopes("metrics:write")
  @Mutation(() => PriceUploadObject, {
    description:
      "Begins the upload of a CSV file of prices of any size up to 1 GiB: append its chunks, then finish it. RATE_LIMITED while ten uploads are open; one that is not finished within a week is removed.",
  })
  async startPriceImport(
    @Arg("input", () => StartPriceImportInput) input: StartPriceImportInput,
    @Ctx() { request: { tenantId } }: InstrumentContext,
  ): Promise<PriceUpload> {
    const { id } = input;
    const mapping = withDefaults(input.csv);
    // A mapping that fits no file is refused before anything is uploaded.
    requireMapping(mapping);
    return withTransaction(this.#pool, { tenantId }, async (client) => {
      const instrument = await takeInstrument(client, tenantId, newId(), input);
      const wanted = { id: id ?? newId(), tenantId, instrumentId: instrument.id, mapping };
      return startUpload(client, wanted);
    });
  }

  @RequiresScopes("metrics:write")
  @Mutation(() => PriceUploadObject, {
    description:
      "Appends a chunk of the file, cut anywhere. A repeat changes nothing; another offset than `bytes` is UPLOAD_OFFSET_MISMATCH, whose message names the right one.",
  })
  appendPriceImport(
    @Arg("id", () => ID, { description: "UUID of the upload." }) id: string,
    @Arg("offset", () => SafeIntScalar, {
      description: "Bytes of the file before this chunk, in UTF-8.",
    })
    offset: number,
    @Arg("content", () => String, { description: "1 to 2,000,000 characters." }) content: string,
    @Ctx() { request: { tenantId } }: InstrumentContext,
  ): Promise<PriceUpload> {
    return appendChunk(this.#pool, { tenantId, id, offset, content });
  }

  @RequiresScopes("metrics:write")
  @Mutation(() => PriceImportJobObject, {
    description:
      "Ends an upload and has the file imported by a job; a file with a bad row is refused whole. A repeat is the same job. RATE_LIMITED while ten jobs of the tenant wait or run.",
  })
  async finishPriceImport(
    @Arg("id", () => ID, { description: "UUID of the upload." }) id: string,
    @Ctx() { request, jobs }: InstrumentContext & JobContext,
  ): Promise<PriceImportJobObject> {
    const { tenantId } = request;
    const upload = await finishUpload(this.#pool, tenantId, id);
    const earlier = upload.jobId === null ? null : await jobs.find(request, upload.jobId);
    if (earlier !== null) return toPriceImportJob(earlier);
    const payload: ImportRequest = { uploadId: id, bytes: upload.bytes };
    const job = await jobs.request(request, { kind: PRICE_IMPORT, bookId: null, payload, key: id });
    await noteJob(this.#pool, tenantId, id, job.id);
    return Object.assign(new PriceImportJobObject(), job);
  }

  @RequiresScopes("metrics:write")
  @Mutation(() => PriceUploadObject, {
    description:
      "Removes an upload that is not finished, with its chunks; `cancelMetricsJob` ends its import. NOT_FOUND when there is none.",
  })
  async cancelPriceImport(
    @Arg("id", () => ID, { description: "UUID of the upload." }) id: string,
    @Ctx() { request: { tenantId } }: InstrumentContext,
  ): Promise<PriceUpload> {
    const upload = await readUpload(this.#pool, tenantId, id);
    if (await removeUpload(this.#pool, tenantId, id)) return upload;
    throw new AppError(
      "UPLOAD_OFFSET_MISMATCH",
      "The upload was finished. Cancel its job instead.",
    );
  }

  @RequiresScopes("metrics:read")
  @Query(() => PriceUploadObject, { nullable: true, description: "One upload of prices, or null." })
  priceImport(
    @Arg("id", () => ID, { description: "UUID of the upload." }) id: string,
    @Ctx() { request: { tenantId } }: InstrumentContext,
  ): Promise<PriceUpload | null> {
    return findUpload(this.#pool, tenantId, id);
  }

  @RequiresScopes("metrics:read")
  @Query(() => PriceUploadConnection, { description: "Uploads of prices, newest first." })
  async priceImports(
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after: string | null | undefined,
    @Ctx() { request: { tenantId } }: InstrumentContext,
  ): Promise<Connection<PriceUpload>> {
    const size = pageSize(first);
    const [before] = after ? decodeCursor(after, 1) : [null];
    const beforeId = typeof before === "string" && isId(before) ? before : null;
    const items = await listUploads(this.#pool, tenantId, beforeId, size + 1);
    return toConnection(items, { first: size, after, cursorOf: ({ id }) => encodeCursor([id]) });
  }

  @FieldResolver(() => InstrumentObject, { description: "The instrument of its prices." })
  instrument(
    @Root() { instrumentId }: PriceUploadObject,
    @Ctx() { request: { tenantId } }: InstrumentContext,
  ): Promise<Instrument> {
    return readInstrument(this.#pool, tenantId, instrumentId);
  }

  @FieldResolver(() => PriceImportJobObject, {
    nullable: true,
    description: "The job that imports it; null before there is one, and 30 days after its end.",
  })
  async job(
    @Root() { jobId }: PriceUploadObject,
    @Ctx() { request, jobs }: JobContext,
  ): Promise<PriceImportJobObject | null> {
    const job = jobId === null ? null : await jobs.find(request, jobId);
    return job && toPriceImportJob(job);
  }
}
