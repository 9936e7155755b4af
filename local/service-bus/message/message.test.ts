import fc from 'fast-check';
import rhea from 'rhea';
import { expect, test } from 'vitest';
import { readApplicationProperties, setApplicationProperties } from './application-properties.ts';
import { readIncoming } from './incoming.ts';
import { encodeOutgoing, type MessagePlace } from './outgoing.ts';

const place: MessagePlace = {
  sequence: 2 ** 33 + 5,
  state: 0,
  deliveryCount: 3,
  enqueuedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  expiresAt: Date.UTC(2026, 0, 2, 3, 5, 5, 6),
  enqueueSequence: 9,
  deadLetterSource: 'queue',
};

const scalar = fc.oneof(
  fc.string(),
  fc.boolean(),
  fc.integer(),
  fc.double({ min: -1e6, max: 1e6, noNaN: true, noInteger: true }),
);
const name = fc.string({ minLength: 1 }).filter((text) => text !== '__proto__');
const properties = fc.dictionary(name, scalar, { noNullPrototype: true });

const message = fc.record(
  {
    message_id: fc.string({ minLength: 1 }),
    subject: fc.string(),
    ttl: fc.nat(),
    priority: fc.nat(255),
    durable: fc.boolean(),
    application_properties: properties,
    message_annotations: fc.constant({ 'x-opt-partition-key': 'p', 'x-opt-sequence-number': 1 }),
    body: fc.oneof(scalar, fc.constant(rhea.message.data_section(Buffer.from([1, 2, 3])))),
  },
  { requiredKeys: ['body'] },
);

test('whatever a client sends is delivered with the same content, under the annotations of the broker', () => {
  fc.assert(
    fc.property(message, (sent) => {
      const bytes = rhea.message.encode(sent);
      const { content, messageId } = readIncoming(bytes);
      const delivered = rhea.message.decode(encodeOutgoing(content, place, place.enqueuedAt + 1));
      const expected = rhea.message.decode(bytes);
      expect(delivered.message_id).toBe(sent.message_id ?? messageId);
      expect(delivered.subject).toEqual(expected.subject);
      expect(delivered.application_properties).toEqual(expected.application_properties);
      expect(delivered.body).toEqual(expected.body);
      expect(delivered.priority ?? 4).toBe(sent.priority ?? 4);
      expect(delivered).toMatchObject({ durable: sent.durable ?? false, ttl: 60_000, delivery_count: 3 });
      expect(delivered.message_annotations).toEqual({
        ...(sent.message_annotations && { 'x-opt-partition-key': 'p' }),
        'x-opt-sequence-number': place.sequence,
        'x-opt-enqueued-time': new Date(place.enqueuedAt),
        'x-opt-locked-until': new Date(place.enqueuedAt + 1),
        'x-opt-enqueue-sequence-number': 9,
        'x-opt-message-state': 0,
        'x-opt-deadletter-source': 'queue',
      });
    }),
  );
});

test('setting application properties changes those and no others', () => {
  fc.assert(
    fc.property(properties, properties, fc.boolean(), (before, changes, hasSubject) => {
      const sent = { application_properties: before, body: 'b', ...(hasSubject && { subject: 's' }) };
      const { content } = readIncoming(rhea.message.encode(sent));
      const bare = setApplicationProperties(Buffer.from(content.bare), new Map(Object.entries(changes)));
      const decoded = rhea.message.decode(bare);
      expect(decoded.application_properties ?? {}).toEqual({ ...before, ...changes });
      expect(decoded.body).toBe('b');
      for (const [key, value] of readApplicationProperties(bare)) {
        const same = Object.entries({ ...before, ...changes }).filter(([one]) => one.toLowerCase() === key);
        expect(same.map(([, one]) => one)).toContainEqual(value);
      }
    }),
  );
});

test('bytes that are no message are refused and never crash the broker', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      try {
        readIncoming(Buffer.from(noise));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
    { numRuns: 500 },
  );
});
