import { join, relative } from 'node:path';
import { packageFunctionsApp } from './package/functions-app.ts';

// The functions app as it is deployed: bundled, with nothing of the repository around it.
const repository = join(import.meta.dirname, '..');
const folder = join(repository, 'dist/functions-app');
const { bytes, files } = await packageFunctionsApp(repository, folder);
console.log(`${relative(process.cwd(), folder)}: ${files} files, ${(bytes / 1e6).toFixed(1)} MB`);
