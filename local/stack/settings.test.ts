import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_PORTS, functionAppSettings } from './connections.ts';
import { readDataFolder, readPlay, readPorts } from './settings.ts';

describe('settings of the local stack', () => {
  test('without settings every part is at its published port', () => {
    expect(readPorts({})).toEqual(DEFAULT_PORTS);
    expect(DEFAULT_PORTS).toMatchObject({ serviceBus: 5672, cosmos: 8081, functions: 7071, adapter: 7080 });
  });

  test.each(['abc', '0', '70000', '-1', '80.5'])(
    'a port of "%s" is refused by naming setting and value',
    (value) => {
      expect(() => readPorts({ STOCKBRIDGE_COSMOS_PORT: value })).toThrow(
        `STOCKBRIDGE_COSMOS_PORT is "${value}"; set it to a port from 1 to 65535.`,
      );
    },
  );

  test('two parts on one port are refused', () => {
    expect(() => readPorts({ STOCKBRIDGE_ADAPTER_PORT: '7071' })).toThrow(
      'STOCKBRIDGE_ADAPTER_PORT and STOCKBRIDGE_FUNCTIONS_PORT are both 7071; give each its own port.',
    );
  });

  test('STOCKBRIDGE_PLAY=0 leaves the day unplayed; anything but 0 and 1 is refused', () => {
    expect(readPlay({ STOCKBRIDGE_PLAY: '0' })).toEqual({ play: false, rate: 50 });
    expect(readPlay({ STOCKBRIDGE_PLAY_RATE: '200' })).toEqual({ play: true, rate: 200 });
    expect(() => readPlay({ STOCKBRIDGE_PLAY: 'no' })).toThrow('STOCKBRIDGE_PLAY is "no"');
  });

  test('data lives in .stockbridge unless STOCKBRIDGE_DATA says otherwise', () => {
    expect(readDataFolder({}, '/repo')).toBe('/repo/.stockbridge');
    expect(readDataFolder({ STOCKBRIDGE_DATA: '/tmp/other' }, '/repo')).toBe('/tmp/other');
  });

  test('local.settings.example.json holds exactly the settings of the local stack', async () => {
    const example = JSON.parse(
      await readFile(join(import.meta.dirname, '../../local.settings.example.json'), 'utf8'),
    );
    expect(example.Values).toEqual(functionAppSettings(DEFAULT_PORTS));
  });
});
