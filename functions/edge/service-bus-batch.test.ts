import { InvocationContext } from '@azure/functions';
import { describe, expect, test } from 'vitest';
import { batchMessages } from './service-bus-batch.ts';

/** What the host hands over for two messages, as `local/functions-host` and `func` spell it. */
function metadata(changes: Record<string, unknown> = {}) {
  return {
    messageIdArray: ['evt-1', 'evt-2'],
    sequenceNumberArray: [11, 12],
    enqueuedTimeUtcArray: ['2024-11-18T10:00:00.25', '2024-11-18T10:00:01Z'],
    applicationPropertiesArray: [{ traceparent: '00-1-2-01' }, {}],
    ...changes,
  };
}

function batch(
  changes: Record<string, unknown> = {},
  bodies: unknown = [Buffer.from('a'), Buffer.from('b')],
) {
  const context = new InvocationContext({ triggerMetadata: metadata(changes) });
  return batchMessages(bodies, context, 'atp-projection');
}

describe('the messages of a batch', () => {
  test('come with their own metadata', () => {
    expect(batch()).toEqual([
      {
        body: Buffer.from('a'),
        messageId: 'evt-1',
        sequenceNumber: '11',
        enqueuedAt: Date.parse('2024-11-18T10:00:00.250Z'),
        subscription: 'atp-projection',
        attempt: 0,
        applicationProperties: { traceparent: '00-1-2-01' },
      },
      {
        body: Buffer.from('b'),
        messageId: 'evt-2',
        sequenceNumber: '12',
        enqueuedAt: Date.parse('2024-11-18T10:00:01Z'),
        subscription: 'atp-projection',
        attempt: 0,
        applicationProperties: {},
      },
    ]);
  });

  test.each([
    ['2024-11-18T10:00:00', '2024-11-18T10:00:00Z'],
    ['2024-11-18T10:00:00.1234567', '2024-11-18T10:00:00.123Z'],
    ['2024-11-18T10:00:00Z', '2024-11-18T10:00:00Z'],
    ['2024-11-18T12:00:00+02:00', '2024-11-18T10:00:00Z'],
    ['2024-11-18T05:00:00-05:00', '2024-11-18T10:00:00Z'],
  ])('enqueued at %s are read as UTC whatever the zone of the machine', (text, instant) => {
    const [message] = batch({ enqueuedTimeUtcArray: [text, text] });
    expect(message?.enqueuedAt).toBe(Date.parse(instant));
  });

  test('without all their ids are named by their sequence numbers', () => {
    const ids = batch({ messageIdArray: ['evt-2'] }).map(({ messageId }) => messageId);
    expect(ids).toEqual(['11', '12']);
  });

  test.each(['sequenceNumberArray', 'enqueuedTimeUtcArray', 'applicationPropertiesArray'])(
    'are refused as a whole when %s is not aligned with them',
    (name) => {
      expect(() => batch({ [name]: [1] })).toThrow(`${name} is not aligned with the 2 messages`);
      expect(() => batch({ [name]: undefined })).toThrow(name);
    },
  );

  test('must be a batch', () => {
    expect(() => batch({}, Buffer.from('a'))).toThrow('cardinality');
  });

  test('that were sent again remember their first journey', () => {
    const again = {
      replayTo: 'atp-projection',
      stockbridge_firstEnqueuedAt: 1_700_000_000_000,
      stockbridge_firstSequenceNumber: '5',
      stockbridge_attempt: 3,
      traceparent: '00-1-2-01',
    };
    const [message] = batch({ applicationPropertiesArray: [again, {}] });
    expect(message).toMatchObject({
      subscription: 'atp-projection',
      enqueuedAt: 1_700_000_000_000,
      sequenceNumber: '5',
      attempt: 3,
      applicationProperties: { traceparent: '00-1-2-01' },
    });
  });

  test('keep the one property of ours that starts with a capital, which the library lower-cases', () => {
    const [message] = batch({ applicationPropertiesArray: [{ 'diagnostic-Id': '00-1-2-01' }, {}] });
    expect(message?.applicationProperties).toEqual({ 'Diagnostic-Id': '00-1-2-01' });
  });

  test('are refused as a whole when one was enqueued at no time', () => {
    const times = ['2024-11-18T10:00:00Z', 'yesterday'];
    expect(() => batch({ enqueuedTimeUtcArray: times })).toThrow('enqueuedTimeUtcArray holds "yesterday"');
  });

  test('keep text, number and truth properties, and drop what is none of them', () => {
    const properties = { text: 'a', number: 1, truth: false, nothing: null, list: [1] };
    const [message] = batch({ applicationPropertiesArray: [properties, {}] });
    expect(message?.applicationProperties).toEqual({ text: 'a', number: 1, truth: false });
  });
});
