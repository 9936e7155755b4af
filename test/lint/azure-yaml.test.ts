import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const text = read('azure.yaml');
const said = (key: string) => new RegExp(`^ +${key}: (.+)$`, 'm').exec(text)?.[1];

test('azd deploys what is packaged here to the app that Bicep makes, and has nothing built in Azure', () => {
  const [, services = ''] = text.split(/^services:\n/m);
  const named = [...services.matchAll(/^ {2}([\w-]+):$/gm)].map(([, name]) => name);
  const bicep = globSync('infra/**/*.bicep', { cwd: ROOT }).map(read).join('');
  const tagged = [...bicep.matchAll(/'azd-service-name': '([\w-]+)'/g)].map(([, name]) => name);
  expect(named).toEqual(tagged);
  expect(named).toHaveLength(1);
  expect(existsSync(join(ROOT, `${said('path')}/${said('module')}.bicep`))).toBe(true);
  expect(existsSync(join(ROOT, `${said('path')}/${said('module')}.parameters.json`))).toBe(true);
  expect(read('local/package.ts')).toContain(`'${said('dist')}'`);
  expect(said('remoteBuild')).toBe('false');
});

test('azd packages by the script of package.json, on every system', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(read('package.json')));
  const run = [...text.matchAll(/^ +run: npm run (\S+)$/gm)].map(([, script = '']) => script);
  expect(run).toEqual(['package', 'package']);
  expect(Object.keys(scripts)).toContain('package');
});
