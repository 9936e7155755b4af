import { app } from '@azure/functions';
import { startTelemetry } from '../../shared/telemetry/start.ts';

/** Begun before anything that records; where no setting says where telemetry goes, nothing is recorded. */
const telemetry = await startTelemetry(process.env, { name: 'stockbridge-functions' }, console.warn);

app.hook.appTerminate(() => telemetry.stop());
