import { join } from 'node:path';
import { exitOnError } from './stack/exit-on-error.ts';
import { runPartAlone } from './stack/part-alone.ts';

// Service Bus alone, where the stack has it.
await exitOnError(() => runPartAlone('service-bus', join(import.meta.dirname, '..')));
