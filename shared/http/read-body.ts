/**
 * The bytes of a request's body, or undefined when there are more than `limit`: a body that says so by its
 * content-length is not read at all, another no further than that.
 */
export async function readBodyUpTo(
  limit: number,
  contentLength: string | null | undefined,
  body: AsyncIterable<Uint8Array> | null | undefined,
): Promise<Uint8Array | undefined> {
  if (Number(contentLength ?? 0) > limit) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
