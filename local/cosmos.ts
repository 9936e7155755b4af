import { join } from 'node:path';
import { exitOnError } from './stack/exit-on-error.ts';
import { runPartAlone } from './stack/part-alone.ts';

// Cosmos DB alone, where the stack has it.
await exitOnError(() => runPartAlone('cosmos', join(import.meta.dirname, '..')));
