import { installCoreModule } from '../../local/functions-host/app/core-module.ts';
import { loadApp } from '../../local/functions-host/app/load-app.ts';

// Loads the functions app of a folder as the Node worker does, and says how long that took. Milliseconds.
installCoreModule(() => {});
const begun = performance.now();
await loadApp(process.argv[2] ?? '.');
console.log(Math.round(performance.now() - begun));
process.exit(0);
