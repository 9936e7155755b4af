import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { anchorsOf } from '../infra/agreement/runbooks.ts';

const root = join(import.meta.dirname, '../..');

/** Pages of the repository, those too that are not committed yet. */
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
})
  .toString()
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));

/** Without what is code: a link in it is an example. */
function proseOf(page: string): string {
  return readFileSync(join(root, page), 'utf8')
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ''));
}

/** What a link of a page leads to that is not there; undefined for one that leads somewhere. */
function deadEnd(page: string, target: string): string | undefined {
  const [path = '', anchor] = decodeURI(target).split('#');
  const file = path === '' ? join(root, page) : join(root, dirname(page), path);
  if (!existsSync(file)) return `${page}: ${target}`;
  if (anchor === undefined || statSync(file).isDirectory() || !file.endsWith('.md')) return undefined;
  return anchorsOf(readFileSync(file, 'utf8')).includes(anchor) ? undefined : `${page}: ${target}`;
}

test('every link of every page leads to a file, and to a heading of it', () => {
  const dead = pages.flatMap((page) =>
    [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .map((target) => deadEnd(page, target)),
  );
  expect(pages.length).toBeGreaterThan(30);
  expect(dead.filter((link) => link !== undefined)).toEqual([]);
});

const alertsSchema = z.record(z.string(), z.array(z.object({ name: z.string() })));

test('every alert has a section in the runbook, and every section an alert', () => {
  const alerts = alertsSchema.parse(
    JSON.parse(readFileSync(join(root, 'infra/monitoring/alerts.json'), 'utf8')),
  );
  const names = Object.values(alerts).flatMap((some) => some.map(({ name }) => name));
  const sections = [...proseOf('docs/operations/alerts.md').matchAll(/^## (.+)$/gm)].map(([, name]) => name);
  expect(sections.sort()).toEqual(names.sort());
});
