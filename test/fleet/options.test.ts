import { describe, expect, test } from 'vitest';
import { readOptions } from './options.ts';

describe('The command line of the fleet', () => {
  test('plays forty devices, eight hours and a hundred times as fast unless told', () => {
    expect(readOptions([])).toEqual({
      ...{ devices: 40, offlineMs: 8 * 3_600_000, speed: 100, scansPerHour: 60, seed: '1', keep: false },
    });
  });

  test('takes a time in seconds, minutes or hours', () => {
    expect(readOptions(['--offline', '90s'])?.offlineMs).toBe(90_000);
    expect(readOptions(['--offline', '30m'])?.offlineMs).toBe(1_800_000);
  });

  test('asks for help', () => {
    expect(readOptions(['--help'])).toBeUndefined();
  });

  test.each([
    [['--devices', '0'], '--devices is "0"; it must be a whole number from 1'],
    [['--offline', '8'], '--offline is "8"; say a time up to 24h'],
    [['--offline', '25h'], '--offline is "25h"'],
    [['--offline', '0s'], '--offline is "0s"'],
    [['--speed', '1.5'], '--speed is "1.5"'],
    [['--scans', 'many'], '--scans is "many"'],
    [['--wrong'], "Unknown option '--wrong'"],
  ])('refuses %j, naming option and value', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
