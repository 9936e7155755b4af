import { describe, expect, test } from 'vitest';
import { readOptions } from './options.ts';

describe('The command line of the benchmark', () => {
  test('measures everything but the longest unless told', () => {
    expect(readOptions([])?.workloads).toEqual([
      ...['retail', 'spread', 'hot', 'latency-50', 'latency-200', 'fold', 'document-size'],
      'allocation',
    ]);
  });

  test('measures what is named, in its own order', () => {
    expect(readOptions(['--only', 'outage, hot'])?.workloads).toEqual(['hot', 'outage']);
  });

  test('asks for help', () => {
    expect(readOptions(['--help'])).toBeUndefined();
  });

  test.each([
    [['--only', 'cold'], '--only names "cold"; there are retail, spread'],
    [['--events', '0'], '--events is "0"; it must be a whole number from 1'],
    [['--seconds', '1.5'], '--seconds is "1.5"'],
    [['--wrong'], "Unknown option '--wrong'"],
  ])('refuses %j, naming option and value', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
