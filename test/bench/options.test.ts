import { describe, expect, test } from 'vitest';
import { readOptions } from './options.ts';

describe('The command line of the benchmark', () => {
  test('measures everything but the longest unless told', () => {
    expect(readOptions([])?.workloads).toEqual([
      ...['retail', 'spread', 'hot', 'latency-50', 'latency-200', 'fold', 'document-size', 'package'],
      ...['allocation', 'accept'],
    ]);
  });

  test('measures what is named, in its own order', () => {
    expect(readOptions(['--only', 'outbox-drain, outage, hot'])?.workloads).toEqual([
      ...['hot', 'outage', 'outbox-drain'],
    ]);
  });

  test('drains a million messages unless told', () => {
    expect(readOptions([])?.messages).toBe(1_000_000);
    expect(readOptions(['--messages', '20000'])?.messages).toBe(20_000);
  });

  test('reconciles a million positions unless told', () => {
    expect(readOptions([])?.positions).toBe(1_000_000);
    expect(readOptions(['--positions', '5000'])?.positions).toBe(5_000);
  });

  test('asks for help', () => {
    expect(readOptions(['--help'])).toBeUndefined();
  });

  test.each([
    [['--only', 'cold'], '--only names "cold"; there are retail, spread'],
    [['--events', '0'], '--events is "0"; it must be a whole number from 1'],
    [['--seconds', '1.5'], '--seconds is "1.5"'],
    [['--messages', '1e6'], '--messages is "1e6"'],
    [['--wrong'], "Unknown option '--wrong'"],
  ])('refuses %j, naming option and value', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
