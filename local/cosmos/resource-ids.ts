/**
 * Resource ids (`_rid`): 4 bytes name a database, 8 a container (the first 4 are its database's), 16 an item (the first 8 are its
 * container's); base64 with `-` for `/`. The SDK relies on the 8 bytes of a container (`sessionContainer.js`) and on item rids that
 * grow with time (`RidSkipCountFilter.js`).
 */
export function databaseRid(database: number): string {
  return encode(databaseBytes(database));
}

/** The rid of a container; numbers count from 1 and are never used again. */
export function containerRid(database: number, container: number): string {
  return encode(containerBytes(database, container));
}

/** The rid of an item by its row number in the container. */
export function itemRid(database: number, container: number, item: number): string {
  const bytes = Buffer.alloc(16);
  containerBytes(database, container).copy(bytes);
  bytes.writeBigUInt64LE(BigInt(item), 8);
  return encode(bytes);
}

/** The row number an item rid names, or undefined when `text` is not a rid of this container. */
export function itemNumber(text: string, database: number, container: number): number | undefined {
  const bytes = Buffer.from(text.replaceAll('-', '/'), 'base64');
  if (bytes.length !== 16 || !bytes.subarray(0, 8).equals(containerBytes(database, container)))
    return undefined;
  return Number(bytes.readBigUInt64LE(8));
}

function databaseBytes(database: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(database);
  return bytes;
}

function containerBytes(database: number, container: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(database);
  // The high bit tells a container from a user, as the service does.
  bytes.writeUInt32BE((container | 0x80000000) >>> 0, 4);
  return bytes;
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('/', '-');
}
