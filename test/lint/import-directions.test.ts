import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** [file, what it imports]: the table "Folders" of the architecture page, line by line. */
const forbidden: [string, string][] = [
  ['shared/contracts/planted.ts', '../domain/stock.ts'],
  ['shared/contracts/planted.ts', 'node:crypto'],
  ['shared/domain/planted.ts', 'node:fs'],
  ['shared/domain/planted.ts', 'zod'],
  ['shared/domain/planted.ts', '@azure/cosmos'],
  ['shared/domain/planted.ts', '../cosmos/stock-store.ts'],
  ['shared/domain/planted.ts', '../contracts/../cosmos/stock-store.ts'],
  ['shared/domain/planted.ts', './../cosmos/stock-store.ts'],
  ['shared/domain/planted.ts', '../../local/cosmos/server.ts'],
  ['shared/domain/planted.test.ts', 'node:fs'],
  ['shared/domain/planted.test.ts', '../cosmos/stock-store.ts'],
  ['shared/http/planted.ts', '../domain/stock.ts'],
  ['shared/http/planted.ts', 'hono'],
  ['shared/ports/planted.ts', '../cosmos/stock-store.ts'],
  ['shared/ports/planted.ts', '@azure/cosmos'],
  ...[
    'projection',
    'allocation',
    'planning',
    'journal',
    'quarantine',
    'atp',
    'health',
    'reconciliation',
    'investigation',
  ].flatMap((useCase): [string, string][] => [
    [`shared/${useCase}/planted.ts`, '../cosmos/stock-store.ts'],
    [`shared/${useCase}/planted.ts`, '@azure/cosmos'],
    [`shared/${useCase}/planted.ts`, '../../functions/atp.ts'],
  ]),
  ['shared/cosmos/planted.ts', '../service-bus/sender.ts'],
  ['shared/cosmos/planted.ts', '@azure/service-bus'],
  ['shared/cosmos/planted.ts', '../projection/project.ts'],
  ['shared/service-bus/planted.ts', '@azure/cosmos'],
  ['shared/storage/planted.ts', '../cosmos/stock-store.ts'],
  ['shared/wms-sql/planted.ts', '../cosmos/stock-store.ts'],
  ['shared/wms-sql/planted.ts', '../../apps/wms-adapter/database.ts'],
  ['shared/wms-sqlite/planted.ts', 'mssql'],
  ['shared/wms-sqlite/planted.ts', '../wms-sql/connection.ts'],
  ['shared/telemetry/planted.ts', '../../apps/wms-adapter/main.ts'],
  ['shared/figures/planted.ts', '../cosmos/stock-store.ts'],
  ['shared/figures/planted.ts', '../../functions/atp.ts'],
  ['shared/webhook/planted.ts', '../domain/stock.ts'],
  ['shared/console/planted.ts', '../domain/stock.ts'],
  ['shared/settings/planted.ts', '../cosmos/connection.ts'],
  ['shared/settings/planted.ts', '../../functions/atp.ts'],
  ...['openapi', 'asyncapi', 'api-page'].flatMap((generated): [string, string][] => [
    [`shared/${generated}/planted.ts`, '../ports/stock-store.ts'],
    [`shared/${generated}/planted.ts`, '../../functions/atp.ts'],
    [`shared/${generated}/planted.ts`, 'node:fs'],
  ]),
  ['shared/cosmos/planted.test.ts', '../../local/cosmos/server.ts'],
  ['functions/planted.ts', '../local/functions-host/host.ts'],
  ['functions/planted.ts', '../apps/wms-adapter/main.ts'],
  ['functions/planted.ts', '@azure/cosmos'],
  ['apps/wms-adapter/planted.ts', '../../local/service-bus/main.ts'],
  ['apps/wms-adapter/ledger/planted.ts', '../../../functions/atp.ts'],
  ['apps/wms-adapter/planted.ts', '../command-line/main.ts'],
  ['apps/command-line/planted.ts', '../wms-adapter/main.ts'],
  ['apps/command-line/rebuild/planted.ts', '../../../functions/atp.ts'],
  ['apps/oms-client/planted.ts', '../../shared/http/problem-details.ts'],
  ['apps/oms-client/planted.ts', '../command-line/main.ts'],
  ['apps/scanner/planted.ts', '../../shared/cosmos/stock-store.ts'],
  ['apps/console/planted.ts', '../../shared/domain/stock.ts'],
  ['local/planted.ts', '../shared/contracts/transaction.ts'],
  ['local/replay/planted.ts', '../../shared/contracts/transaction.ts'],
  ['local/replay/planted.test.ts', '../../apps/wms-adapter/main.ts'],
  ['local/cosmos/planted.ts', '../../functions/atp.ts'],
];

const allowed: [string, string][] = [
  ['shared/contracts/planted.ts', 'zod'],
  ['shared/contracts/planted.ts', './identifiers.ts'],
  ['shared/domain/planted.ts', '../contracts/inventory-event.ts'],
  ['shared/domain/planted.test.ts', 'vitest'],
  ['shared/domain/planted.test.ts', 'fast-check'],
  ['shared/http/planted.ts', '../contracts/problem-details.ts'],
  ['shared/http/planted.ts', 'zod'],
  ['functions/edge/planted.ts', '../../shared/http/problem-details.ts'],
  ['apps/wms-adapter/http/planted.ts', '../../../shared/http/problem-details.ts'],
  ['shared/ports/planted.ts', '../domain/stock.ts'],
  ['shared/projection/planted.ts', '../ports/stock-store.ts'],
  ['shared/cosmos/planted.ts', '@azure/cosmos'],
  ['shared/cosmos/planted.ts', '../settings.ts'],
  ['shared/cosmos/planted.ts', '../ports/stock-store.ts'],
  ['shared/service-bus/planted.ts', '@azure/service-bus'],
  ['shared/storage/planted.ts', '@azure/storage-blob'],
  ['shared/wms-sql/planted.ts', 'mssql'],
  ['shared/wms-sql/planted.ts', '../wms-sqlite/wms-sqlite-reader.ts'],
  ['shared/wms-sqlite/planted.ts', '../ports/wms-sql.ts'],
  ['shared/wms-sqlite/planted.ts', 'node:sqlite'],
  ['shared/figures/planted.ts', '../projection/document-work.ts'],
  ['shared/webhook/planted.ts', 'node:crypto'],
  ['shared/console/planted.ts', 'node:fs'],
  ['shared/settings/planted.ts', '../settings.ts'],
  ['shared/asyncapi/planted.ts', '../openapi/json-schema.ts'],
  ['shared/api-page/planted.ts', '../asyncapi/bus.ts'],
  ['functions/planted.ts', '../shared/projection/project.ts'],
  ['functions/planted.ts', '@azure/functions'],
  ['apps/wms-adapter/planted.ts', '../../shared/contracts/transaction.ts'],
  ['apps/wms-adapter/ledger/planted.ts', '../../../shared/domain/stock.ts'],
  ['apps/wms-adapter/ledger/planted.ts', '../outbox/relay.ts'],
  ['apps/wms-adapter/planted.ts', 'hono'],
  ['apps/scanner/planted.ts', '../../shared/domain/stock.ts'],
  ['apps/oms-client/planted.ts', '../../shared/domain/retry-delay.ts'],
  ['apps/command-line/status/planted.ts', '../../oms-client/call-api.ts'],
  ['apps/command-line/rebuild/planted.ts', '../../../shared/cosmos/connection.ts'],
  ['local/replay/planted.ts', '../stack/stack.ts'],
  ['local/replay/planted.ts', '@azure/cosmos'],
  ['test/system/planted.ts', '../../local/stack/stack.ts'],
];

/** `<file> imports <source>` of every import that Biome refuses in a folder holding one file for each pair. */
async function refused(pairs: [string, string][], folder: string): Promise<Set<string>> {
  const sources = new Map<string, string>();
  for (const [index, [file, source]] of pairs.entries()) {
    const path = file.replace('planted', `planted-${index}`);
    sources.set(path, `${file} imports ${source}`);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), `import * as planted from '${source}';\nconsole.log(planted);\n`);
  }
  const args = [
    'lint',
    '--only=style/noRestrictedImports',
    '--reporter=json',
    '--max-diagnostics=none',
    '--vcs-enabled=false',
  ];
  await copyFile(join(root, 'biome.json'), join(folder, 'biome.json'));
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const { stdout } = await run(process.execPath, [biome, ...args, '.'], { cwd: folder }).catch(
    (error: { stdout: string }) => error,
  );
  const report: { diagnostics: { location: { path: string } }[] } = JSON.parse(stdout);
  return new Set(report.diagnostics.map(({ location }) => sources.get(location.path) ?? location.path));
}

describe('import directions of the architecture page', () => {
  let folder = '';
  let found = new Set<string>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stockbridge-lint-'));
    found = await refused([...forbidden, ...allowed], folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each(forbidden)('%s must not import %s', (file, source) => {
    expect(found).toContain(`${file} imports ${source}`);
  });

  test.each(allowed)('%s may import %s', (file, source) => {
    expect(found).not.toContain(`${file} imports ${source}`);
  });
});
