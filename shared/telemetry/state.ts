/** Name and version of the instrumentation, as OpenTelemetry calls it. */
export const SCOPE = 'stockbridge';

let on = false;

/** Whether spans, metrics and records go anywhere. Where not, what records them returns at once. */
export function isOn(): boolean {
  return on;
}

/** Called by whoever has registered providers, after that; and with false after they were taken away. */
export function switchTelemetry(to: boolean): void {
  on = to;
}
