import { join, relative } from 'node:path';
import { packageFunctionsApp } from './package/functions-app.ts';
import { readDurableBackend } from './package/host-json.ts';
import { exitOnError } from './stack/exit-on-error.ts';

// The functions app as it is deployed: bundled, with nothing of the repository around it.
await exitOnError(async () => {
  const repository = join(import.meta.dirname, '..');
  const folder = join(repository, 'dist/functions-app');
  const backend = readDurableBackend(process.env);
  const { bytes, files } = await packageFunctionsApp(repository, folder, backend);
  console.log(`${relative(process.cwd(), folder)}: ${files} files, ${(bytes / 1e6).toFixed(1)} MB`);
});
