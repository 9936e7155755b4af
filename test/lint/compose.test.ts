import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { PORT_SETTINGS } from '../../local/stack/settings.ts';

const read = (file: string) => readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
const compose = read('infra/docker-compose.yml');
const imagesOf = (text: string) => [...text.matchAll(/^ +image: (\S+)$/gm)].map(([, image = '']) => image);

test('The emulators are those of a version, the same in CI, and Azurite that of npm', () => {
  const images = imagesOf(compose);
  expect(images).toHaveLength(4);
  expect(images.filter((image) => !/:[\w.-]*\d[\w.-]*$/.test(image) || /latest|preview/.test(image))).toEqual(
    [],
  );
  const inCi = imagesOf(read('.github/workflows/ci.yml'));
  expect(inCi.length).toBeGreaterThan(0);
  expect(inCi.filter((image) => !images.includes(image))).toEqual([]);
  const { devDependencies } = z
    .object({ devDependencies: z.object({ azurite: z.string() }) })
    .parse(JSON.parse(read('package.json')));
  expect(images).toContain(`mcr.microsoft.com/azure-storage/azurite:${devDependencies.azurite}`);
});

test('The emulators are reached from this machine only, by the ports of the laptop stack', () => {
  const published = [...compose.matchAll(/^ +- ([\d.:]*?)(\d+):(\d+)$/gm)];
  expect(
    published.filter(([, host, outside, inside]) => host !== '127.0.0.1:' || outside !== inside),
  ).toEqual([]);
  const ports = published.map(([, , outside]) => Number(outside));
  const { functions: _functions, adapter: _adapter, ...emulated } = PORT_SETTINGS;
  expect(ports).toEqual(expect.arrayContaining(Object.values(emulated).map(({ port }) => port)));
});

test('Azurite answers an SDK whose version of the API it does not know yet, as that of the laptop stack does', () => {
  const [, switches = ''] = /^ +command: azurite (.+)$/m.exec(compose) ?? [];
  expect(switches.split(' ')).toContain('--skipApiVersionCheck');
  expect(read('local/stack/parts.ts')).toContain("'--skipApiVersionCheck'");
});
