import { describe, expect, test } from 'vitest';
import { FAULT_CODES, type FieldFault } from '../../../../shared/contracts/field-fault.ts';
import { PROBLEM_NAMES } from '../../../../shared/contracts/problem-type.ts';
import type { TransactionProblem } from '../../../../shared/contracts/transaction.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { formatsOf } from './formats.ts';
import { fieldAtFault, problemWords, troubleWords } from './server-words.ts';

const german = { words: de, formats: formatsOf('de') };
const english = { words: en, formats: formatsOf('en') };

const DETAIL = 'what the server says, in English';
const problemOf = (...errors: readonly FieldFault[]): TransactionProblem => ({
  ...{ type: 'urn:stockbridge:problem:transaction-rejected', title: 'The transaction was not booked' },
  ...{ status: 422, detail: DETAIL, errors: [...errors] },
});

describe('What the server says of a field', () => {
  const figures = { belongsTo: ['WH-002', 'WH-003'], pieces: 1_000_000_005, limit: 1_000_000_000 };

  test.each(FAULT_CODES)('is said in both languages where it is %s', (code) => {
    const problem = problemOf({ pointer: '/quantity', detail: DETAIL, code, ...figures });
    const told = [german, english].map((said) => problemWords(said, problem, 'ben'));
    expect(told.join()).not.toContain(DETAIL);
    expect(new Set(told).size).toBe(2);
  });

  test.each<[FieldFault, string]>([
    [
      { pointer: '/userId', detail: DETAIL, code: 'user-elsewhere', belongsTo: ['WH-002', 'WH-003'] },
      'Person: ben arbeitet in WH-002, WH-003, nicht in diesem Lager',
    ],
    [
      { pointer: '/quantity', detail: DETAIL, code: 'beyond-limit', pieces: 1_000_005, limit: 1_000_000 },
      'Menge: ergibt dort zusammen 1.000.005 Stück, höchstens 1.000.000 sind möglich',
    ],
    [{ pointer: '/itemId', detail: DETAIL, code: 'unknown-item' }, 'Artikel: ist dem Server nicht bekannt'],
    [{ pointer: '/itemId', detail: DETAIL, code: 'of-tomorrow' }, `Artikel: ${DETAIL}`],
    [{ pointer: '/itemId', detail: DETAIL }, `Artikel: ${DETAIL}`],
    [{ pointer: '/scannerId', detail: DETAIL, code: 'other-device' }, `Gerät: ${DETAIL}`],
    [{ pointer: '/warehouseId', detail: DETAIL, code: 'device-elsewhere' }, `Lager: ${DETAIL}`],
    [{ pointer: '/userId', detail: DETAIL, code: 'user-elsewhere' }, `Person: ${DETAIL}`],
  ])('has the figures in it, and is in its own words where nothing is known of it: %j', (fault, expected) => {
    expect(problemWords(german, problemOf(fault), 'ben')).toBe(expected);
  });

  test.each<FieldFault['code']>(['unknown-user', 'inactive-user', 'not-a-supervisor', 'user-elsewhere'])(
    'is in its own words where it is %s, and nobody can say who',
    (code) => {
      const fault = { pointer: '/userId', detail: DETAIL, code, belongsTo: ['WH-002'] };
      expect(problemWords(german, problemOf(fault))).toBe(`Person: ${DETAIL}`);
    },
  );

  test.each(['/itemId', '/scannerId', '/scannedAt', '/warehouseId', '/transactionId'])(
    'names %s in the language',
    (pointer) => {
      expect(fieldAtFault(de, { pointer })).not.toMatch(/Id|At/);
    },
  );
});

describe('What the server says of a call', () => {
  const problem = { type: 'about:blank', title: DETAIL, status: 500 };

  test.each(Object.keys(en.problems.known))('is said where it is %s', (name) => {
    const told = problemWords(german, { ...problem, type: `urn:stockbridge:problem:${name}` });
    expect(told).not.toContain(DETAIL);
  });

  test('is known by every name that a problem may have, but for what is told otherwise', () => {
    expect(PROBLEM_NAMES.filter((name) => !Object.hasOwn(en.problems.known, name))).toEqual([
      // By its fields.
      ...['transaction-rejected', 'transaction-id-reused'],
      // By what is done about it: a screen of its own, another number, a scan that is booked.
      ...['version-conflict', 'call-superseded', 'shortfall'],
      // By the screen of signing in.
      ...['sign-in-refused', 'too-many-sign-ins'],
    ]);
  });

  test('is in its own words where the app does not know it', () => {
    expect(problemWords(german, problem)).toBe(`Der Server sagt: ${DETAIL}`);
    const told = problemWords(german, { ...problem, type: 'urn:stockbridge:problem:of-tomorrow' });
    expect(told).toBe(`Der Server sagt: ${DETAIL}`);
  });

  test('is not what the browser or a proxy says in its place', () => {
    expect(troubleWords(german, { kind: 'no-answer', detail: 'Failed to fetch' })).toBe(
      'Der Server antwortet nicht.',
    );
    expect(troubleWords(german, { kind: 'failing', status: 502, detail: 'Bad Gateway' })).toBe(
      'Etwas anderes als der Server hat geantwortet (502).',
    );
    expect(troubleWords(german, { kind: 'failing', status: 500, detail: DETAIL, problem })).toContain(DETAIL);
  });
});
