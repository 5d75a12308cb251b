// The body of a request, as far as it may go.

/**
 * Everything that was sent, or `undefined` when it is longer. Stops reading there.
 * @throws whatever the transfer breaks with, such as a client that goes away
 */
export async function readBody(
  request: Request,
  mostBytes: number,
): Promise<Uint8Array | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) return undefined;
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const body: AsyncIterable<Uint8Array> = request.body;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
