import { AttachmentContentDocument } from "#lib/graph/graph-types.generated.ts";
import { query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import type { RequestHandler } from "./$types";

/** The file itself, always to be saved: what is attached never runs as a page of this app. */
export const GET: RequestHandler = async ({ params: { id } }) => {
  const { data, problems } = await query(AttachmentContentDocument, { id });
  const { name, contentBase64 } = required(data?.attachment, problems, "file");
  return new Response(Buffer.from(contentBase64, "base64"), {
    headers: {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
      "cache-control": "private, no-store",
      "x-content-type-options": "nosniff",
    },
  });
};
