import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { SettingError } from '../settings.ts';

/**
 * Makes a part of the SDK that reads settings of its own (`OTEL_…`). One that it cannot read it only warns of, by the diagnostics
 * of the API, and then does something else: here it stops the start.
 *
 * @throws {SettingError} with the first warning
 */
export function refusingWarnings<Made>(make: () => Made): Made {
  const warnings: string[] = [];
  const note = (message: string) => void warnings.push(message);
  const ignore = () => {};
  const logger: DiagLogger = { error: note, warn: note, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  try {
    const made = make();
    const [first] = warnings;
    if (first !== undefined) throw new SettingError(`OpenTelemetry: ${first.replaceAll('\n', ' ')}`);
    return made;
  } finally {
    diag.disable();
  }
}
