import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PORT_SETTINGS } from '../../local/stack/settings.ts';
import {
  commandLineSettings,
  deploymentSettings,
  laptopSettings,
  testSettings,
} from '../../shared/settings/development.ts';
import { functionsAppSettings } from '../../shared/settings/functions-app.ts';
import { type Settings, settingMeanings } from '../../shared/settings/setting.ts';
import { settingsTable } from '../../shared/settings/table.ts';
import { wmsAdapterSettings } from '../../shared/settings/wms-adapter.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = join(ROOT, 'docs/operations/settings.md');

const SETTINGS: Readonly<Record<string, Settings>> = {
  'functions-app': functionsAppSettings,
  'wms-adapter': wmsAdapterSettings,
  'command-line': commandLineSettings,
  deployment: deploymentSettings,
  laptop: laptopSettings,
  tests: testSettings,
};

describe('The schemas of the settings', () => {
  const known = new Set(Object.values(SETTINGS).flatMap(({ shape }) => Object.keys(shape)));

  test('name every setting that code or a workflow mentions', () => {
    const files = globSync(
      '{.ci/*,.github/**/*.yml,infra/**/*.{bicep,yml},{functions,shared,apps,local,test}/**/*.{ts,tsx,mjs}}',
      {
        cwd: ROOT,
        exclude: ['**/node_modules/**', '**/*.test.ts'],
      },
    );
    expect(files.length).toBeGreaterThan(500);
    const mentioned = files.flatMap((file) => [
      ...readFileSync(join(ROOT, file), 'utf8').matchAll(/\bSTOCKBRIDGE_[A-Z]+(?:_[A-Z]+)*\b(?!_)/g),
    ]);
    const names = new Set(mentioned.map(([name]) => name));
    expect([...names].filter((name) => !known.has(name))).toEqual([]);
  });

  test('hold what the laptop stack reads, with its ports', () => {
    const ports = Object.values(PORT_SETTINGS).map(({ setting, port }) => [setting, String(port)]);
    const described = ports.map(([name = '']) => {
      const schema = laptopSettings.shape[name as keyof typeof laptopSettings.shape];
      return [name, settingMeanings.get(schema)?.unlessSet];
    });
    expect(described).toEqual(ports);
  });

  test('and the tables of docs/operations/settings.md say the same (-u writes them)', async () => {
    const page = readFileSync(PAGE, 'utf8');
    const current = page.replace(
      /(<!-- settings: ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
      (_whole, begin: string, name: string, end: string) => {
        const settings = SETTINGS[name];
        if (settings === undefined) throw new Error(`There are no settings of ${name}`);
        return `${begin}${settingsTable(settings)}\n${end}`;
      },
    );
    for (const name of Object.keys(SETTINGS)) expect(current).toContain(`<!-- settings: ${name} -->`);
    await expect(current).toMatchFileSnapshot(PAGE);
  });
});
