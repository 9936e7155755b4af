/** The members of a document that Cosmos DB added fall away; `_etag` names the state that was read. */
export function withoutSystemProperties(document: object): {
  readonly own: Readonly<Record<string, unknown>>;
  readonly etag: string;
} {
  const { _rid, _self, _etag, _ts, _attachments, ...own } = document as Record<string, unknown>;
  return { own, etag: String(_etag) };
}
