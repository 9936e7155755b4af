import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The product's own source without its tests, or that of some folders of it. */
export function productSource(
  root: string,
  folders = '{functions,shared,apps/wms-adapter,apps/command-line}',
): readonly string[] {
  const files = globSync(`${folders}/**/*.ts`, { cwd: root });
  return files
    .filter((file) => !/\.test\.ts$|node_modules|-under-test\.ts$|-contract\.ts$/.test(file))
    .map((file) => readFileSync(join(root, file), 'utf8'));
}

/** What is written between the quotes of a call, such as every `x` of `.table('x')`. */
export function namesInCalls(source: readonly string[], call: string): string[] {
  const pattern = new RegExp(String.raw`\.${call}\('([^']+)'`, 'g');
  return source.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name));
}
