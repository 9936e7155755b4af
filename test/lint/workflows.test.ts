import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const workflows = globSync('.github/workflows/*.yml', { cwd: ROOT }).sort();

const packageSchema = z.object({ scripts: z.record(z.string(), z.string()) });
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      dev: z.boolean().optional(),
      optional: z.boolean().optional(),
      license: z.string().optional(),
    }),
  ),
});

/** Whoever ships the product has to do no more for them than hand on their notices. */
const LICENCES = ['MIT', 'Apache-2.0', 'BSD-3-Clause', 'BSD-2-Clause', 'ISC', '0BSD', 'BlueOak-1.0.0'];
/** MIT, says its README; its package.json says nothing. */
const SAYS_ELSEWHERE = ['node_modules/semaphore'];

/** The text of each job, by name: indented by two, and what follows deeper. */
function jobsOf(text: string): Map<string, string> {
  const [, jobs = ''] = text.split(/^jobs:\n/m);
  const parts = [...jobs.matchAll(/^ {2}([\w-]+):\n((?: {3,}.*\n|\s*\n| {2}#.*\n)*)/gm)];
  return new Map(parts.map(([, name = '', body = '']) => [name, body]));
}

test('There are workflows for tests, deployment and security', () => {
  expect(workflows.map((file) => file.replace('.github/workflows/', ''))).toEqual([
    ...['ci.yml', 'deploy-environment.yml', 'deploy.yml', 'security.yml'],
  ]);
});

describe.each(workflows)('%s', (file) => {
  const text = read(file);

  test('takes actions by their commit, which nobody can change, and says which version that is', () => {
    const used = [...text.matchAll(/\buses: (.+)/g)].map(([, action = '']) => action);
    expect(used.length).toBeGreaterThan(0);
    const pinned = /^(\.\/\.github\/|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/;
    expect(used.filter((action) => !pinned.test(action))).toEqual([]);
    expect(used.filter((action) => action.startsWith('./') && !existsSync(join(ROOT, action)))).toEqual([]);
  });

  test('may read the repository and no more, but for the sign-in of the jobs that go to Azure', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n\n/m);
    const wanted = [...text.matchAll(/^ +([\w-]+): (write)$/gm)].map(([, permission]) => permission);
    expect(new Set(wanted)).toEqual(new Set(file.includes('deploy') ? ['id-token'] : []));
    expect(text).not.toContain('pull_request_target');
  });

  test('holds no secret but the one of the VPN', () => {
    const secrets = [...text.matchAll(/\bsecrets\.(\w+)/g)].map(([, name]) => name);
    expect(secrets).toEqual(file.endsWith('deploy-environment.yml') ? ['VPN_SHARED_KEY'] : []);
  });

  test('ends each job in time', () => {
    const jobs = [...jobsOf(text)];
    expect(jobs.length).toBeGreaterThan(0);
    const endless = jobs.filter(([, body]) => !/^ {4}(timeout-minutes: \d+|uses: \.\/)/m.test(body));
    expect(endless.map(([name]) => name)).toEqual([]);
  });

  test('runs scripts and tests that exist', () => {
    const { scripts } = packageSchema.parse(JSON.parse(read('package.json')));
    const run = [...text.matchAll(/\bnpm run (?:--\S+ )?([\w:-]+)/g)].map(([, name = '']) => name);
    expect(run.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
    const lines = text.replace(/^ *#.*$/gm, '');
    const paths = [...lines.matchAll(/(?<=[\s/])(?:test|apps|shared|infra)\/[\w./-]+/g)].map(
      ([path]) => path,
    );
    const missing = paths.filter((path) => !existsSync(join(ROOT, path)) && !path.endsWith('/'));
    expect(missing.filter((path) => globSync(`${path}*`, { cwd: ROOT }).length === 0)).toEqual([]);
  });
});

test('An action is of one version in all workflows, and Dependabot tells of a newer one', () => {
  const used = workflows.flatMap((file) =>
    [...read(file).matchAll(/\buses: ([\w-]+\/[\w-]+)@(\w+)/g)].map(([, name = '', commit = '']) => ({
      name,
      commit,
    })),
  );
  const commits = Map.groupBy(used, ({ name }) => name);
  for (const [, uses] of commits) expect(new Set(uses.map(({ commit }) => commit)).size).toBe(1);
  expect(read('.github/dependabot.yml')).toContain('package-ecosystem: github-actions');
});

describe('Deployment and what-if', () => {
  const deploying = workflows.filter((file) => file.includes('deploy')).map(read);
  const jobs = deploying.flatMap((text) => [...jobsOf(text).values()]);

  test('are given the same parameters, and take them from one variable of the repository', () => {
    const taking = jobs.filter((body) => body.includes('infra/main.bicep'));
    expect(taking.map((body) => /\bgroup (create|what-if)\b/.exec(body)?.[1]).toSorted()).toEqual([
      ...['create', 'what-if'],
    ]);
    const parameters = globSync('infra/parameters/{dev,test,prod}.bicepparam', { cwd: ROOT })
      .map(read)
      .join('');
    const names = [...parameters.matchAll(/readEnvironmentVariable\('(\w+)'/g)].map(([, name = '']) => name);
    for (const body of taking) {
      const [before = ''] = body.split('infra/main.bicep');
      expect(before).toContain(`tr --delete '\\r' <<< "$PARAMETERS" >> "$GITHUB_ENV"`);
      const given = names.filter((name) => new RegExp(`^ +${name}:`, 'm').test(body));
      expect(new Set(given)).toEqual(new Set(['VPN_SHARED_KEY']));
    }
    const page = read('docs/operations/pipelines.md');
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  test('are told the backend of Durable Functions, and so is every package', () => {
    const [backend] = [...deploying.join('').matchAll(/^ +DURABLE_BACKEND: .+$/gm)].map(String);
    expect(backend).toContain("vars.DURABLE_BACKEND || 'azureStorage'");
    for (const text of deploying) expect(text).toMatch(/^env:\n(?: {2}#.*\n)* {2}DURABLE_BACKEND: /m);
    expect(deploying.join('').match(/^ +DURABLE_BACKEND: .+$/gm)).toEqual([backend, backend]);
  });
});

test('What is deployed is under licences that ask for no more than their notice', () => {
  const { packages } = lockSchema.parse(JSON.parse(read('package-lock.json')));
  const shipped = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
  expect(shipped.length).toBeGreaterThan(50);
  const others = shipped.filter(
    ([path, { license }]) => !LICENCES.includes(license ?? '') && !SAYS_ELSEWHERE.includes(path),
  );
  expect(others).toEqual([]);
});
