import { cpSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { type DurableBackend, deployedHostJson } from './host-json.ts';
import { noticesOf } from './notices.ts';

/**
 * Makes the folder that is deployed to Azure Functions: the functions in one file, what is loaded only where a setting
 * asks for it (identity, SQL Server, telemetry) in files of its own, the console's pages, `host.json`, and the notices of
 * the packages in it. It has no dependencies to install.
 *
 * @param folder replaced
 */
export async function packageFunctionsApp(
  repository: string,
  folder: string,
  durableBackend: DurableBackend = 'azureStorage',
): Promise<{ bytes: number; files: number }> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const metafile = await bundle(repository, join(folder, 'functions'));
  const hostJson = readFileSync(join(repository, 'host.json'), 'utf8');
  writeFileSync(join(folder, 'host.json'), deployedHostJson(hostJson, durableBackend));
  cpSync(join(repository, 'dist/console'), join(folder, 'console'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(packageJson(repository), undefined, 2)}\n`);
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), noticesOf(metafile, repository));
  // What Core Tools and azd would take along of a developer who starts it here.
  writeFileSync(join(folder, '.funcignore'), 'local.settings.json\n.stockbridge/\n');
  const files = globSync('**/*', { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
  const sizes = files.map((entry) => statSync(join(entry.parentPath, entry.name)).size);
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), files: files.length };
}

async function bundle(repository: string, outdir: string): Promise<Metafile> {
  const entries = globSync('functions/*.ts', { cwd: repository }).filter(
    (file) => !file.endsWith('.test.ts'),
  );
  const { metafile } = await build({
    stdin: {
      contents: entries
        .toSorted()
        .map((file) => `import './${file}';`)
        .join('\n'),
      resolveDir: repository,
      sourcefile: 'main.ts',
    },
    absWorkingDir: repository,
    outdir,
    entryNames: 'main',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    // The Functions host answers to this name; there is no such package.
    external: ['@azure/functions-core'],
    // Packages written as CommonJS ask for the rest of Node by `require`.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    // Names and lines stay, so that a stack trace says where.
    minifySyntax: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

function packageJson(repository: string): object {
  const { name, version, license } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  return {
    name,
    version,
    license,
    private: true,
    type: 'module',
    main: 'functions/main.js',
    engines: { node: '>=22' },
  };
}
