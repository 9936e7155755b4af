import { functionAppSettings } from './stack/connections.ts';
import { exitOnError } from './stack/exit-on-error.ts';
import { readPorts } from './stack/settings.ts';

// The Functions host alone, against a stack that runs elsewhere or in part: settings that are not in the environment
// are those of the local stack.
await exitOnError(async () => {
  for (const [name, value] of Object.entries(functionAppSettings(readPorts(process.env))))
    process.env[name] ||= value;
});
await import('./functions-host/main.ts');
