import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { pathForCoreTools } from './programs.ts';

test.each([
  ['v22.12.0', 'of the machine'],
  ['v24.1.0', 'of the machine'],
  ['v20.19.0', 'of the repository'],
  ['', 'of the repository'],
])(
  'Core Tools run the app by the Node.js of the machine where Azure has it: with %j by that %s',
  (version, whose) => {
    const folder = mkdtempSync(join(tmpdir(), 'core-tools-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const machine = join(folder, 'bin');
    mkdirSync(machine);
    if (version !== '') {
      writeFileSync(join(machine, 'node'), `#!/bin/sh\necho ${version}\n`);
      chmodSync(join(machine, 'node'), 0o755);
    }
    const path = [join(folder, 'node_modules/.bin'), machine].join(delimiter);
    expect(pathForCoreTools(path, folder)).toBe(whose === 'of the machine' ? machine : path);
  },
);
