import { AppError } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import { id } from "../endpoint/scalars.ts";
import {
  RestAttachmentContentDocument,
  RestAttachmentDocument,
} from "../graph/graph-types.generated.ts";

const attachment = z
  .object({
    id: id("The attachment."),
    transactionId: id("The transaction that it belongs to."),
    name: z.string().meta({ description: "Name of the file." }),
    mediaType: z.string().meta({ description: "Type of the file, by its content." }),
    size: z.int().meta({ description: "Bytes." }),
    sha256: z.string().meta({ description: "SHA-256 of the bytes, in hexadecimal." }),
    attachedAt: z.string().meta({ description: "When it was attached." }),
  })
  .meta({ id: "Attachment", description: "A file that belongs to a transaction." });

const BYTES = "application/octet-stream";

/** GET /api/v1/attachments/{id}: a file of a transaction, for download only. */
export const getAttachment = defineEndpoint({
  method: "GET",
  path: "/api/v1/attachments/:id",
  operations: [RestAttachmentDocument, RestAttachmentContentDocument],
  access: { scopes: ["ledger:read"] },
  produces: [BYTES, "application/json"],
  docs: {
    operationId: "getAttachment",
    tag: "Ledger",
    summary: "Download a file of a transaction",
    description:
      "The bytes of the file, with `Content-Disposition: attachment` and never with a type that a browser would show; `Accept: application/json` gives what is known of it instead.",
    success: { 200: { description: "The file.", schema: attachment } },
    refusals: ["NOT_FOUND"],
  },
  params: z.strictObject({ id: id("The attachment.") }),
  respond: async ({ params, mediaType, execute }) => {
    if (mediaType === BYTES) {
      const { attachment: file } = await execute(RestAttachmentContentDocument, params);
      if (file === null || file === undefined) throw noSuchAttachment(params.id);
      const headers = { "content-disposition": dispositionOf(file.name) };
      return { status: 200, body: Buffer.from(file.contentBase64, "base64"), headers };
    }
    const { attachment: file } = await execute(RestAttachmentDocument, params);
    if (file === null || file === undefined) throw noSuchAttachment(params.id);
    const { transaction, ...known } = file;
    return { status: 200, body: { ...known, transactionId: transaction.id } };
  },
});

const noSuchAttachment = (attachmentId: string): AppError =>
  new AppError("NOT_FOUND", `There is no attachment ${attachmentId}.`);

/** The name as RFC 6266 has it: for all programs in ASCII, for newer ones as it is. */
function dispositionOf(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, "_");
  const whole = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}
