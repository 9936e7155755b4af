import { describe, expect, test } from 'vitest';
import { someMessage } from '../../test/doubles/fixtures.ts';
import { receivedMessage, replayedMessage, republishedMessage } from './replayed-message.ts';

const delivery = {
  body: Buffer.from('{}'),
  messageId: 'evt-1#3',
  sequenceNumber: '12',
  enqueuedAt: Date.parse('2024-11-18T10:00:00Z'),
};

function received(applicationProperties: Record<string, string | number | boolean>) {
  return receivedMessage({ ...delivery, applicationProperties }, 'journal');
}

describe('the first journey of a message sent again', () => {
  test('is what its properties tell, which are no others', () => {
    expect(
      received({
        replayTo: 'journal',
        stockbridge_firstEnqueuedAt: 1_700_000_000_000,
        stockbridge_firstSequenceNumber: '9223372036854775807',
        stockbridge_attempt: 3,
        traceparent: '00-1-2-01',
      }),
    ).toMatchObject({
      enqueuedAt: 1_700_000_000_000,
      sequenceNumber: '9223372036854775807',
      attempt: 3,
      applicationProperties: { traceparent: '00-1-2-01' },
    });
  });

  test.each([
    ['stockbridge_firstEnqueuedAt', 1e20],
    ['stockbridge_firstEnqueuedAt', 8.64e15 + 1],
    ['stockbridge_firstEnqueuedAt', -1],
    ['stockbridge_firstEnqueuedAt', Number.NaN],
    ['stockbridge_firstEnqueuedAt', 1.5],
    ['stockbridge_firstEnqueuedAt', '1700000000000'],
    ['stockbridge_firstSequenceNumber', 'a\nb'],
    ['stockbridge_firstSequenceNumber', ''],
    ['stockbridge_firstSequenceNumber', '1'.repeat(20)],
    ['stockbridge_attempt', -1],
    ['stockbridge_attempt', 1_000_001],
    ['stockbridge_attempt', 0.5],
    ['stockbridge_attempt', true],
    ['replayTo', 'no-such-subscription'],
  ])('is not what a sender claims with %s = %j', (name, value) => {
    expect(received({ [name]: value })).toEqual({
      ...delivery,
      subscription: 'journal',
      attempt: 0,
      applicationProperties: {},
    });
  });
});

test.each([replayedMessage, republishedMessage])('%o has the subject of its event', (again) => {
  const event = someMessage({ applicationProperties: { cloudEvents_subject: 'ITEM-12345' } });
  expect(again(event).subject).toBe('ITEM-12345');
  expect(again(someMessage())).not.toHaveProperty('subject');
});
