import { compoundAt, endOfValue, type Scalar, scalarAt } from './amqp-value.ts';

/** Descriptors of the sections of an AMQP message (AMQP 1.0 part 3, section 3.2). */
export const section = {
  header: 0x70,
  deliveryAnnotations: 0x71,
  messageAnnotations: 0x72,
  properties: 0x73,
  applicationProperties: 0x74,
  data: 0x75,
  footer: 0x78,
} as const;

/** One section inside an encoded message: `start` is its first byte, `value` the constructor of its content. */
export interface Section {
  readonly descriptor: number;
  readonly start: number;
  readonly value: number;
  readonly end: number;
}

/**
 * The sections of an encoded message, in their order; nothing is decoded.
 * @throws RangeError when the bytes are not an AMQP message.
 */
export function splitSections(bytes: Buffer): Section[] {
  const sections: Section[] = [];
  let start = 0;
  while (start < bytes.length) {
    if (bytes[start] !== 0x00) throw new RangeError(`expected a message section at byte ${start}`);
    const value = endOfValue(bytes, start + 1);
    const descriptor = scalarAt(bytes, start + 1);
    if (typeof descriptor !== 'number' || descriptor < section.header || descriptor > section.footer) {
      throw new RangeError(`unknown message section ${String(descriptor)} at byte ${start}`);
    }
    const end = endOfValue(bytes, value);
    sections.push({ descriptor, start, value, end });
    start = end;
  }
  return sections;
}

/** An encoded message up to its body. */
export function withoutBody(bytes: Buffer): Buffer {
  const body = splitSections(bytes).find(({ descriptor }) => descriptor >= section.data);
  return body ? bytes.subarray(0, body.start) : bytes;
}

/** The content of every data section of an encoded message: what a batch envelope carries its messages in. */
export function dataSections(bytes: Buffer): Buffer[] {
  const contents: Buffer[] = [];
  for (const part of splitSections(bytes)) {
    if (part.descriptor !== section.data) continue;
    const content = scalarAt(bytes, part.value);
    if (!Buffer.isBuffer(content)) throw new RangeError('a data section holds no binary');
    contents.push(content);
  }
  return contents;
}

/** The scalars of the list in a section, for header and properties. */
export function listOf(bytes: Buffer, part: Section): Scalar[] {
  const { count, start } = compoundAt(bytes, part.value);
  const items: Scalar[] = [];
  let at = start;
  for (let index = 0; index < count; index += 1) {
    items.push(scalarAt(bytes, at));
    at = endOfValue(bytes, at);
  }
  return items;
}
