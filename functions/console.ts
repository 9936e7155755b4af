import { consoleFile } from '../shared/console/console-files.ts';
import { httpRoute } from './edge/http.ts';

/** Beside what this file is compiled to; from its source there is no console. */
const FOLDER = new URL('../console/', import.meta.url);

/**
 * The operators' console. For everybody: a browser that opens a page sends no key, and the files are the same for
 * everybody and hold no data. What the console shows it gets from the routes for people, which ask who calls.
 */
httpRoute('console', {
  role: 'everybody',
  route: 'console/{*path}',
  methods: ['GET', 'HEAD'],
  handler: async ({ params }) => consoleFile(FOLDER, params.path ?? ''),
});
