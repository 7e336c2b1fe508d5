import { connectionType, DateTimeScalar, SafeIntScalar } from "@allfunds/platform/graphql/types";
import type { Job } from "@allfunds/platform/jobs";
import { jobFields, JobObject } from "@allfunds/platform/jobs/graphql";
import { Field, ID, Int, ObjectType } from "type-graphql";
import type { ImportRequest } from "../prices/import-job.ts";
import type { PriceUpload, UploadResult } from "../prices/price-upload.ts";

@ObjectType("PriceRowFault", { description: "A row that cannot be read." })
class PriceRowFaultObject {
  @Field(() => String, { description: "Where it is: `content.line.7`." })
  path!: string;

  @Field(() => String, { description: "What is wrong with it." })
  message!: string;
}

@ObjectType("PriceUploadResult", { description: "What the import of an uploaded file did." })
class PriceUploadResultObject implements UploadResult {
  @Field(() => Int, { description: "Prices in the file." })
  rows!: number;

  @Field(() => Int, { description: "Times that had no price before." })
  inserted!: number;

  @Field(() => Int, { description: "Times that had the same price already." })
  unchanged!: number;

  @Field(() => Int, { description: "Times whose price differed and was replaced." })
  corrected!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      "Rows without any price, which are left out; null where an earlier version imported it.",
  })
  withoutPrice?: number | undefined;

  @Field(() => Int, { description: "Rows that cannot be read; with any, nothing was stored." })
  refused!: number;

  @Field(() => [PriceRowFaultObject], { description: "The first twenty rows that were refused." })
  violations!: readonly PriceRowFaultObject[];
}

@ObjectType("PriceImportJob", {
  implements: JobObject,
  description: "The import of an uploaded file of prices; its progress is in bytes of the file.",
})
export class PriceImportJobObject extends JobObject {
  @Field(() => ID, { description: "UUID of the upload." })
  uploadId!: string;

  @Field(() => PriceUploadResultObject, {
    nullable: true,
    description: "What it did, or which rows of the file are bad; null before its end.",
  })
  result!: UploadResult | null;
}

const isResult = (value: unknown): value is UploadResult =>
  typeof value === "object" && value !== null && "inserted" in value;

/** A job of the kind as clients see it. */
export function toPriceImportJob(job: Job): PriceImportJobObject {
  const { uploadId } = job.payload as ImportRequest;
  const result = isResult(job.result) ? job.result : null;
  return Object.assign(new PriceImportJobObject(), jobFields(job), { uploadId, result });
}

@ObjectType("PriceUpload", {
  description: "A file of prices that is uploaded in chunks and imported by a job.",
})
export class PriceUploadObject {
  @Field(() => ID, { description: "UUID of the upload." })
  id!: string;

  @Field(() => SafeIntScalar, {
    description: "Bytes of the file that are stored, in UTF-8: the offset of the next chunk.",
  })
  bytes!: number;

  @Field(() => Boolean, { description: "True when it is complete: it takes no more chunks." })
  isFinished!: boolean;

  @Field(() => DateTimeScalar, { description: "When it was begun." })
  startedAt!: Date;

  @Field(() => PriceUploadResultObject, {
    nullable: true,
    description: "What its import stored; null until it has.",
  })
  result!: PriceUpload["result"];

  // Not fields: `instrument` and `job` are found by them.
  instrumentId!: string;
  jobId!: string | null;
}

export const PriceUploadConnection = connectionType("PriceUpload", PriceUploadObject);
