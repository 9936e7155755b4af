import { describe, expect, test } from 'vitest';
import { activityInput, activityResult } from './activities.ts';
import { activityFailure, failureOutput } from './failure-text.ts';

describe('the input of an activity arrives as on the real host', () => {
  const given = (value: unknown) =>
    activityInput({ inputJson: value === null ? null : JSON.stringify(value), instanceId: 'i' }, 'trigger');

  test.each([
    [null, {}],
    ['"str"', { string: '"str"' }],
    [5, { string: '5' }],
    [1e21, { string: '1E+21' }],
    [true, { string: 'True' }],
    [false, { string: 'False' }],
    [[1], { string: '[1]' }],
    [{ a: true }, { string: '{"a":true}' }],
  ])('%j', (value, data) => {
    expect(given(value).data).toEqual(data);
  });

  test('with the members of an object among the trigger metadata', () => {
    expect(given({ key: 'k', times: 2, o: { p: 1 } }).triggerMetadata).toEqual({
      instanceId: { string: 'i' },
      trigger: { string: '{"key":"k","times":2,"o":{"p":1}}' },
      data: { json: '{"key":"k","times":2,"o":{"p":1}}' },
      key: { string: 'k' },
      times: { string: '2' },
      o: { json: '{"p":1}' },
    });
    expect(given(null).triggerMetadata).toEqual({ instanceId: { string: 'i' } });
  });
});

test.each([
  [undefined, 'null'],
  [null, 'null'],
  [{ string: '' }, '""'],
  [{ string: '{"a":1}' }, '"{\\"a\\":1}"'],
  [{ json: '{"a":1}' }, '{"a":1}'],
  [{ bytes: Buffer.from('abc') }, '"YWJj"'],
  [{ int: 5 }, '5'],
  [{ int: 1.5e19 }, '9223372036854775807'],
  [{ int: -1.5e19 }, '-9223372036854775808'],
  [{ double: 1.5 }, '1.5'],
])('what an activity returned as %j is kept as %s', (returnValue, json) => {
  expect(activityResult({ invocationId: 'i', ...(returnValue === undefined ? {} : { returnValue }) })).toBe(
    json,
  );
});

describe('what an activity threw is told', () => {
  test('as a text with two spaces and the details behind it', () => {
    const failure = activityFailure('a', new Error('boom'));
    expect(failure).toMatchObject({ Reason: "Activity function 'a' failed:  boom", FailureDetails: null });
    expect(failure.Details).toContain('"RemoteMessage":"boom"');
    expect(activityFailure('a', 'just a string').Reason).toBe("Activity function 'a' failed:  just a string");
  });

  test('as details when the app has set an exception properties provider; dates lose closing zeros', () => {
    const message = JSON.stringify({
      errorType: 'MyErr',
      errorMessage: 'no',
      isNonRetriable: false,
      properties: { n: 5, when: '1970-01-01T00:00:00.000Z', until: '1970-01-01T00:00:00.120Z', list: ['a'] },
    });
    const failure = activityFailure('a', new Error(message));
    expect(failureOutput('reason', failure.FailureDetails)).toBe('MyErr: no');
    expect(failure).toEqual({
      Reason: "Activity function 'a' failed with an unhandled exception.",
      Details: null,
      FailureDetails: {
        ErrorType: 'MyErr',
        ErrorMessage: 'no',
        StackTrace: null,
        InnerFailure: null,
        IsNonRetriable: false,
        Properties: { n: 5, when: '1970-01-01T00:00:00Z', until: '1970-01-01T00:00:00.12Z', list: ['a'] },
      },
    });
  });
});
