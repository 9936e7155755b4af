import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RECORDINGS } from '../fixtures/make-app.ts';
import { recordingsPresent } from '../fixtures/referee-recordings.ts';
import { durableClientData } from './client-binding.ts';

test.runIf(recordingsPresent)('the client is given what the real host gives it, under this host', () => {
  const recording = JSON.parse(readFileSync(join(RECORDINGS, 'http', 'durable-client-binding.json'), 'utf8'));
  const recorded: string = recording.invocation.request.inputData[1].data.string;
  const data = durableClientData({
    origin: 'http://127.0.0.1:7071',
    hubName: 'h7hub',
    systemKey: 'CODE',
  });
  expect(data).toBe(
    recorded.replace(/https?:\/\/(localhost:7071|127\.0\.0\.1:17071)/g, 'http://127.0.0.1:7071'),
  );
});
