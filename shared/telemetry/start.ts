import type { Environment } from '../settings.ts';
import { readTelemetrySettings } from './settings.ts';
import { switchTelemetry } from './state.ts';

export type Telemetry = {
  /** Exports what is left, for a few seconds at most, and ends. Never rejects. */
  stop(): Promise<void>;
};

export type Service = {
  /** `service.name` of everything it tells. */
  readonly name: 'stockbridge-functions' | 'stockbridge-wms-adapter';
};

/**
 * Begins to export what this process records, by its settings (`docs/telemetry.md`). The SDK is loaded only where one
 * of them is set; elsewhere nothing is recorded.
 *
 * @param tell told when a destination does not take what is exported, and when it does again
 * @throws {SettingError}
 */
export async function startTelemetry(
  environment: Environment,
  service: Service,
  tell: (line: string) => void,
): Promise<Telemetry> {
  const settings = readTelemetrySettings(environment);
  if (settings === undefined) return { stop: async () => undefined };
  const { registerProviders } = await import('./providers.ts');
  const stop = await registerProviders(settings, service, tell);
  switchTelemetry(true);
  return {
    async stop() {
      switchTelemetry(false);
      await stop();
    },
  };
}
