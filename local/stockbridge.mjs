#!/usr/bin/env node
// `npx stockbridge …` from the repository: the script `stockbridge`, on the Node that the repository brings.

process.argv.splice(2, 0, 'stockbridge');
await import('./bootstrap.mjs');
