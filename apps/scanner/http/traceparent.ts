/**
 * Begins a trace (W3C Trace Context, header `traceparent`), so that what is uploaded can be followed to the cloud's stock by an id that
 * the scanner gave. It asks for the trace to be kept; whether it is, is the servers' to decide.
 */
export function newTraceparent(): string {
  return `00-${randomHex(16)}-${randomHex(8)}-01`;
}

function randomHex(bytes: number): string {
  const drawn = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(drawn, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
