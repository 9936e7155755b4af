import { expect, test } from 'vitest';
import { orchestratorError, stateOfError, stateOfResponse } from './orchestrator-state.ts';

const response = (state: object) => ({ invocationId: 'i', returnValue: { json: JSON.stringify(state) } });
const STATE = { isDone: true, actions: [[]], schemaVersion: 3 };

test('what an orchestrator answered is read; what it left out is null', () => {
  expect(stateOfResponse(response({ ...STATE, output: { a: 1 } }))).toEqual({
    isDone: true,
    actions: [],
    outputJson: '{"a":1}',
    customStatusJson: null,
    error: undefined,
    failureDetails: null,
  });
});

test('the state of an orchestrator that threw is in the message of its error', () => {
  const message = `false\n\n$OutOfProcData$:${JSON.stringify({ ...STATE, isDone: false, error: 'no', customStatus: 's' })}`;
  expect(stateOfError(new Error(message))).toMatchObject({ error: 'no', customStatusJson: '"s"' });
  expect(orchestratorError(message)).toBe('no');
});

test('an error without a state failed before anything was scheduled', () => {
  expect(stateOfError(new Error('a hook failed'))).toMatchObject({ error: 'a hook failed', actions: [] });
  expect(stateOfError(new Error(''))).toMatchObject({ error: 'Error' });
  expect(orchestratorError('a hook failed')).toBeUndefined();
});

test.each([
  [7, 'callEntity'],
  [8, 'callHttp'],
  [9, 'signalEntity'],
  [13, 'lock'],
])('action %i is named when it is refused, however deep it is', (actionType, name) => {
  const deep = { actionType: 12, compoundActions: [{ actionType: 11, compoundActions: [{ actionType }] }] };
  const state = { ...STATE, actions: [[{ actionType: 6, externalEventName: 'x' }, deep]] };
  expect(() => stateOfResponse(response(state))).toThrow(`not supported: ${name}`);
});

test('an answer that is no state is refused with what is wrong with it', () => {
  expect(() => stateOfResponse(response({ ...STATE, isDone: 'yes' }))).toThrow(/isDone/);
});
