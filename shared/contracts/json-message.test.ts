import { expect, test } from 'vitest';
import { z } from 'zod';
import { readJsonMessage } from './json-message.ts';

test('A message nested thousands deep where a text belongs is refused, naming the field', () => {
  const body = Buffer.from(`{"eventId": ${'['.repeat(5_000)}${']'.repeat(5_000)}}`);
  expect(readJsonMessage(body, z.object({ eventId: z.string() }), 'invalid-event')).toMatchObject({
    accepted: false,
    refusal: { reason: 'invalid-event', detail: expect.stringContaining('eventId an array: ') },
  });
});
