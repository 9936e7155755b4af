import { describe, expect, test } from 'vitest';
import { type CallResult, callUntilDone } from './call-until-done.ts';

const startedAt = '2024-11-18T11:00:00.000Z';

type Asked = {
  readonly ids?: readonly string[];
  readonly reason?: string;
  readonly to?: string;
  readonly continuationToken?: string | undefined;
};

/** Calls that are answered so, and what they were asked. */
function answering(...answers: readonly (Pick<CallResult, 'done' | 'remaining'> & Partial<CallResult>)[]) {
  const asked: Asked[] = [];
  const call = async (wanted: Asked): Promise<CallResult> => {
    const answer = answers[asked.push(wanted) - 1];
    if (answer === undefined) throw new Error('Called more often than there are answers');
    return { unknown: [], startedAt, ...answer };
  };
  return { asked, call };
}

describe('Calling for messages until it is done', () => {
  test('leaves alone what comes after the first call for a filter began', async () => {
    const { asked, call } = answering({ done: 3, remaining: 2 }, { done: 2, remaining: 0 });
    const told: number[] = [];
    const found = await callUntilDone(call, { reason: 'invalid-event' }, (done) => told.push(done));
    expect(found).toEqual({ done: 5, unknown: [] });
    expect(asked).toEqual([{ reason: 'invalid-event' }, { reason: 'invalid-event', to: startedAt }]);
    expect(told).toEqual([3, 5]);
  });

  test('keeps to the end of a filter that ends earlier still', async () => {
    const { asked, call } = answering({ done: 3, remaining: 2 }, { done: 2, remaining: 0 });
    const to = '2024-11-18T10:00:00.000Z';
    await callUntilDone(call, { to }, () => {});
    expect(asked[1]).toEqual({ to });
  });

  test('asks for the same ids again, and tells the unknown of the first call only', async () => {
    const { asked, call } = answering(
      { done: 1, remaining: 1, unknown: ['gone'] },
      { done: 1, remaining: 0, unknown: ['gone', 'a'] },
    );
    const ids = ['gone', 'a', 'b'];
    expect(await callUntilDone(call, { ids }, () => {})).toEqual({ done: 2, unknown: ['gone'] });
    expect(asked).toEqual([{ ids }, { ids }]);
  });

  test('goes on looking where a call ended, also after one that found nothing', async () => {
    const { asked, call } = answering(
      { done: 0, remaining: 1, continuationToken: 'second' },
      { done: 0, remaining: 1, continuationToken: 'third' },
      { done: 1, remaining: 0 },
    );
    expect(await callUntilDone(call, {}, () => {})).toMatchObject({ done: 1 });
    expect(asked.map(({ continuationToken }) => continuationToken)).toEqual([undefined, 'second', 'third']);
  });

  test('begins anew when all was looked through and something remains', async () => {
    const { asked, call } = answering(
      { done: 2, remaining: 1, continuationToken: 'second' },
      { done: 0, remaining: 4, continuationToken: 'third' },
      { done: 2, remaining: 2 },
      { done: 2, remaining: 0 },
    );
    expect(await callUntilDone(call, {}, () => {})).toMatchObject({ done: 6 });
    expect(asked.at(-1)).toEqual({ to: startedAt });
  });

  test.each([
    [4, '4 were not reached in time: try again later'],
    [1, '1 was not reached in time: try again later'],
  ])('is given up where a call does nothing and %d remain', async (remaining, message) => {
    const { call } = answering({ done: 1, remaining }, { done: 0, remaining });
    await expect(callUntilDone(call, {}, () => {})).rejects.toThrow(message);
  });

  test('is given up where a call does not come further either', async () => {
    const stuck = { done: 0, remaining: 1, continuationToken: 'second' };
    const { call } = answering(stuck, stuck);
    await expect(callUntilDone(call, {}, () => {})).rejects.toThrow('1 was not reached');
  });

  test('is done when somebody else did the rest meanwhile', async () => {
    const { call } = answering({ done: 1, remaining: 4 }, { done: 0, remaining: 0 });
    expect(await callUntilDone(call, {}, () => {})).toMatchObject({ done: 1 });
  });
});
