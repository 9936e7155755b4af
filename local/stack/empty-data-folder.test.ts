import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { emptyDataFolder } from './empty-data-folder.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockbridge-empty-'));
  const files = [
    'service-bus/data',
    'cosmos/data',
    'azurite/data',
    'wms-adapter/data',
    'functions/keys.json',
    'functions/durable.sqlite',
    'functions/durable.sqlite-wal',
  ];
  for (const file of [...files, 'functions/timers/nightly.json', 'logs/cosmos.log', 'logs/cosmos.log.1']) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), 'x');
  }
  for (const name of ['stack.lock', 'damage.jsonl']) await writeFile(join(folder, name), '{}');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('emptying the data folder', () => {
  test('removes it with all that the stack wrote', () => {
    expect(emptyDataFolder(folder)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    expect(emptyDataFolder(folder)).toEqual([]);
  });

  test("leaves what is not the stack's, since STOCKBRIDGE_DATA may name any folder", async () => {
    await mkdir(join(folder, 'photos'));
    await writeFile(join(folder, 'letter.txt'), 'dear');
    await writeFile(join(folder, 'logs/mine.log'), 'x');
    expect(emptyDataFolder(folder)).toEqual(['letter.txt', 'logs', 'photos']);
    expect(await readdir(join(folder, 'logs'))).toEqual(['mine.log']);
    expect(await readFile(join(folder, 'letter.txt'), 'utf8')).toBe('dear');
    expect(existsSync(join(folder, 'cosmos'))).toBe(false);
  });
});
