/** A file with a name that a header cannot have as it is. */
export const ATTACHMENT = {
  id: "018f6b7e-0000-7000-8000-00000000af01",
  name: 'Größe "1" 100%.pdf',
  mediaType: "application/pdf",
  size: 8,
  sha256: "ab".repeat(32),
  attachedAt: "2026-06-30T12:00:00.000Z",
  contentBase64: Buffer.from("%PDF-1.7").toString("base64"),
  transaction: { id: "018f6b7e-0000-7000-8000-00000000af02" },
};
