import { describe, expect, test } from 'vitest';
import { readEpisodes, recordingsPresent } from '../fixtures/referee-recordings.ts';
import { historyEvents, statusBody } from './status-body.ts';
import type { InstanceStatus } from './task-hub.ts';

const status: InstanceStatus = {
  name: 'allocate',
  instanceId: 'a "b"',
  executionId: 'e',
  runtimeStatus: 'Running',
  inputJson: '{"n":12345678901234567890}',
  customStatusJson: null,
  outputJson: null,
  createdTime: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  lastUpdatedTime: Date.UTC(2026, 0, 2, 3, 4, 6),
};

describe('the status of an instance', () => {
  test('has every member, whole seconds, and its input digit by digit', () => {
    expect(statusBody(status, { showInput: true })).toBe(
      '{"name":"allocate","instanceId":"a \\"b\\"","runtimeStatus":"Running","input":{"n":12345678901234567890},' +
        '"customStatus":null,"output":null,"createdTime":"2026-01-02T03:04:05Z","lastUpdatedTime":"2026-01-02T03:04:06Z"}',
    );
  });

  test('has no input when that is not wanted', () => {
    expect(JSON.parse(statusBody(status, { showInput: false })).input).toBeNull();
  });
});

interface Told {
  runtimeStatus: string;
  historyEvents?: Record<string, unknown>[];
}

/** Finished instances whose history the real host told, with what its orchestrator was last given of it. */
const finished = recordingsPresent
  ? [...readEpisodes().values()].flatMap(({ name, steps, finalStatus }) =>
      Object.entries(finalStatus as Record<string, Told | null>).flatMap(([id, told]) => {
        const given = steps
          .filter(({ kind }) => kind === 'orchestrator')
          .map(({ input }) => JSON.parse(input.inputData[0]?.data.string ?? ''))
          .findLast(({ instanceId }) => instanceId === id);
        const ended = told?.runtimeStatus === 'Completed' || told?.runtimeStatus === 'Failed';
        return ended && told.historyEvents && given && !/</.test(JSON.stringify(given.input))
          ? [[`${name} ${id}`, given.history, told.historyEvents] as const]
          : [];
      }),
    )
  : [];

describe.runIf(recordingsPresent)('a history is told as the real host tells it', () => {
  test.each(finished)('%s', (_, given, told) => {
    const withoutEnd = told.filter(({ EventType }) => EventType !== 'ExecutionCompleted');
    expect(historyEvents(given, { showInput: true, showOutput: true })).toEqual(withoutEnd);
  });
});
