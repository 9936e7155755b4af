import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** A package of the lock; optional ones are those of other platforms. */
type Lock = Record<string, { version: string; optional?: boolean }>;

const lock: Lock = {
  'node_modules/node': { version: '24.0.0' },
  'node_modules/zod': { version: '4.0.0' },
  'node_modules/only-elsewhere': { version: '1.0.0', optional: true },
};

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockbridge-bootstrap-'));
  await mkdir(join(folder, 'local'));
  await copyFile(join(import.meta.dirname, 'bootstrap.mjs'), join(folder, 'local/bootstrap.mjs'));
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...lock } }));
  await writeFile(
    join(folder, 'local/reset.ts'),
    "const args: string[] = process.argv.slice(2);\nconsole.log('ran', ...args);\nprocess.exit(args.length);\n",
  );
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What `npm ci` leaves behind, as far as the bootstrap looks; `withNode` is false where the install script was blocked. */
async function installed(packages: Lock, withNode = true): Promise<void> {
  await mkdir(join(folder, 'node_modules/node/bin'), { recursive: true });
  await writeFile(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
  if (withNode) await symlink(process.execPath, join(folder, 'node_modules/node/bin/node'));
}

/** An npm that notes its arguments and, where `leaves` is given, leaves those packages installed. */
async function fakeNpm(leaves: Lock | undefined, withNode = true): Promise<string> {
  const npm = join(folder, 'npm.cjs');
  await writeFile(
    npm,
    `const fs = require('node:fs');
     fs.writeFileSync('npm-was-called', process.argv.slice(2).join(' '));
     const leaves = ${JSON.stringify(leaves ?? null)};
     if (leaves === null) process.exit(7);
     fs.rmSync('node_modules', { recursive: true, force: true });
     fs.mkdirSync('node_modules/node/bin', { recursive: true });
     fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: leaves }));
     if (${withNode}) fs.symlinkSync(process.execPath, 'node_modules/node/bin/node');`,
  );
  return npm;
}

function start(args: string[], npm = join(folder, 'no-npm.cjs')) {
  const child = spawn(process.execPath, [join(folder, 'local/bootstrap.mjs'), ...args], {
    env: { ...process.env, npm_execpath: npm },
  });
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    out.stdout += text;
  });
  child.stderr.on('data', (text) => {
    out.stderr += text;
  });
  return { child, out };
}

async function bootstrap(args: string[], npm?: string) {
  const { child, out } = start(args, npm);
  const [code] = await once(child, 'close');
  return { code, ...out };
}

const npmCalled = () => readFile(join(folder, 'npm-was-called'), 'utf8').catch(() => undefined);
const withoutOptional = (): Lock => {
  const { 'node_modules/only-elsewhere': _elsewhere, ...rest } = lock;
  return rest;
};

describe('the bootstrap of the npm scripts', () => {
  test('runs the script with its arguments and ends with its exit code when dependencies are as the lock says', async () => {
    await installed(withoutOptional());
    expect(await bootstrap(['reset', 'one', 'two'])).toEqual({
      code: 2,
      stdout: 'ran one two\n',
      stderr: '',
    });
    expect(await npmCalled()).toBeUndefined();
  });

  test('runs npm ci when nothing is installed, says so, and then the script', async () => {
    const result = await bootstrap(['reset'], await fakeNpm(withoutOptional()));
    expect(result).toMatchObject({ code: 0, stdout: 'ran\n' });
    expect(result.stderr).toMatch(
      /^Dependencies are not installed; running npm ci .*\nDependencies installed in \d+\.\d s\.\n$/,
    );
    expect(await npmCalled()).toMatch(/^ci /);
    expect(await npmCalled()).toContain('--include=dev --include=optional');
  });

  test('runs npm ci when a package has another version than the lock, and names it', async () => {
    await installed({ ...withoutOptional(), 'node_modules/zod': { version: '3.0.0' } });
    const result = await bootstrap(['reset'], await fakeNpm(withoutOptional()));
    expect(result.stderr).toContain('out of date (zod 4.0.0 is wanted)');
    expect(result.code).toBe(0);
  });

  test('runs npm ci when Node itself is missing', async () => {
    await installed(withoutOptional(), false);
    const result = await bootstrap(['reset'], await fakeNpm(withoutOptional()));
    expect(result.stderr).toContain('Node itself is missing');
    expect(result.code).toBe(0);
  });

  test('stops when npm ci left no Node behind, and names both causes', async () => {
    const result = await bootstrap(['reset'], await fakeNpm(withoutOptional(), false));
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('install scripts are blocked');
    expect(result.stderr).toContain('packages are left out');
  });

  test('stops when npm ci fails', async () => {
    const result = await bootstrap(['reset'], await fakeNpm(undefined));
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain('npm ci failed');
  });

  test('refuses an unknown script by naming the known ones', async () => {
    const result = await bootstrap(['strat']);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('knows no script "strat"; it knows start, start:func, test,');
  });

  test('hands one Ctrl-C on once, though it arrives twice (from the terminal and through npm)', async () => {
    await installed(withoutOptional());
    await writeFile(
      join(folder, 'local/reset.ts'),
      `process.on('SIGINT', () => console.log('asked'));
       process.on('SIGTERM', () => process.exit(42));
       setInterval(() => {}, 1000);
       console.log('up');`,
    );
    const { child, out } = start(['reset']);
    const closed = once(child, 'close');
    child.stdout.once('data', () => {
      child.kill('SIGINT');
      // Pending signals of one kind merge, so the second one is sent when the first has been answered.
      child.stdout.once('data', () => {
        child.kill('SIGINT');
        child.kill('SIGTERM');
      });
    });
    expect(await closed).toEqual([42, null]);
    expect(out.stdout).toBe('up\nasked\n');
  });

  test('hands SIGTERM on to the script and ends as the script ends', async () => {
    await installed(withoutOptional());
    await writeFile(
      join(folder, 'local/reset.ts'),
      "process.on('SIGTERM', () => process.exit(42));\nsetInterval(() => {}, 1000);\nconsole.log('up');\n",
    );
    const { child, out } = start(['reset']);
    const closed = once(child, 'close');
    child.stdout.once('data', () => child.kill('SIGTERM'));
    expect(await closed).toEqual([42, null]);
    expect(out.stdout).toBe('up\n');
  });
});
