import { tracesQuerySchema } from '../shared/contracts/traces.ts';
import { readTraces } from '../shared/telemetry/read-traces.ts';
import { readTelemetrySettings } from '../shared/telemetry/settings.ts';
import { httpRoute, queryParameters, signIn } from './edge/http.ts';

/**
 * Files of telemetry are looked into on a laptop only: elsewhere each instance of the app has others, and Application
 * Insights or a collector has them all.
 */
const folder = signIn.kind === 'development' ? readTelemetrySettings(process.env)?.folder : undefined;

/** What an event, an order or a message went through, where a laptop keeps its traces in files. */
httpRoute('traces', {
  route: 'traces',
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const { id } = queryParameters(request, tracesQuerySchema);
    const traces = folder === undefined ? [] : await readTraces(folder, id);
    return { jsonBody: { recorded: folder !== undefined, traces } };
  },
});
