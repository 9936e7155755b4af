import { describe, expect, test } from 'vitest';
import { readOptions } from './options.ts';
import { FAULT_KINDS } from './plan.ts';

describe('The command line of the campaign', () => {
  test('is half an hour with sixty faults of every kind unless told', () => {
    expect(readOptions([])).toMatchObject({
      ...{
        minutes: 30,
        faults: 60,
        kinds: FAULT_KINDS,
        seed: '1',
        eventsPerSecond: 200,
        ordersPerSecond: 10,
      },
      ...{ keep: false, report: undefined },
    });
  });

  test('takes parts of a minute and the kinds that are named', () => {
    expect(readOptions(['--minutes', '0.75', '--kinds', 'stop, kill', '--keep'])).toMatchObject({
      ...{ minutes: 0.75, kinds: ['kill', 'stop'], keep: true },
    });
  });

  test('asks for help', () => {
    expect(readOptions(['--help'])).toBeUndefined();
  });

  test.each([
    [['--minutes', '0'], '--minutes is "0"; it must be a number above 0, up to 1440'],
    [['--faults', '1.5'], '--faults is "1.5"; it must be a whole number from 1 to 10000'],
    [
      ['--kinds', 'kill,flood'],
      '--kinds names "flood"; there are kill, stop, restart, cut, slow, disk, clock',
    ],
    [['--seed', 'a b'], '--seed is "a b"; it must be up to 20 letters and digits'],
    [
      ['--orders-per-second', 'many'],
      '--orders-per-second is "many"; it must be a number above 0, up to 1000',
    ],
    [['--hours', '1'], "Unknown option '--hours'"],
  ])('says what is wrong with %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
