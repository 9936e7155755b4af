// Checks the types of everything: code for Node, and code for a browser's pages and workers, which know other globals.

import { spawnSync } from 'node:child_process';

const projects = [
  'tsconfig.json',
  'apps/scanner/tsconfig.json',
  'apps/scanner/tsconfig.worker.json',
  'apps/console/tsconfig.json',
  'test/browser/tsconfig.json',
];

let failures = 0;
for (const project of projects) {
  const args = ['node_modules/typescript/bin/tsc', '-p', project];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) failures++;
}
process.exitCode = failures === 0 ? 0 : 1;
