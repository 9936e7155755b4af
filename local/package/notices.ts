import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** Name, version, licence and, where it has one, licence text of every package that a bundle has code of, as their licences ask. */
export function noticesOf({ outputs }: Metafile, repository: string): string {
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
  const folders = new Set(inputs.flatMap((file) => packageFolder(file) ?? []));
  return [...folders]
    .sort()
    .map((folder) => noticeOf(join(repository, folder)))
    .join('\n');
}

/** The innermost package that a file belongs to; undefined when it is the product's own. */
function packageFolder(file: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

function noticeOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const [file] = globSync('{LICEN[CS]E,licen[cs]e}*', { cwd: folder }).sort();
  const text = file === undefined ? '' : `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  return `${'-'.repeat(80)}\n${name} ${version} (${license})\n${text}`;
}
