import { computed, signal } from '@preact/signals';
import type { DeviceStatus, ScannerDevice } from '../core/scanner-device.ts';
import type { AppVersion } from '../shell/app-shell.ts';
import type { DeviceState } from '../worker/device-host.ts';
import { type Preferences, readPreferences, writePreferences } from './preferences.ts';
import { de } from './text/de.ts';
import { en, type Text } from './text/en.ts';
import { formatsOf, type Language } from './text/formats.ts';

/** What the whole app looks at. It is written by main.tsx, and each preference by {@link prefer}. */
export const deviceState = signal<DeviceState>({ kind: 'opening' });
export const status = signal<DeviceStatus | undefined>(undefined);
export const version = signal<AppVersion>('current');

/** Milliseconds since 1970 UTC; moves on every few seconds. */
export const now = signal(Date.now());

export const preferences = signal<Preferences>(readPreferences(localStorage));

export const language = computed<Language>(
  () => preferences.value.language ?? (navigator.language.startsWith('de') ? 'de' : 'en'),
);
export const text = computed<Text>(() => (language.value === 'de' ? de : en));
export const formats = computed(() => formatsOf(language.value));
export const said = computed(() => ({ words: text.value, formats: formats.value }));

/** The warehouse that is worked in: what was chosen, or the first of those that the person may. */
export const warehouseId = computed(() => {
  const mine = warehouseIds.value;
  const chosen = preferences.value.warehouseId;
  return chosen !== undefined && mine.includes(chosen) ? chosen : (mine[0] ?? '');
});

export const warehouseIds = computed<readonly string[]>(
  () => status.value?.user?.warehouseIds ?? status.value?.device?.warehouseIds ?? [],
);

/** Sets some preferences, for good. */
export function prefer(changes: Partial<Preferences>): void {
  preferences.value = { ...preferences.value, ...changes };
  writePreferences(localStorage, preferences.value);
}

/**
 * Asks the device. Where it is not open in this tab any more, or fails, that is told, and the answer is undefined: what was to be
 * stored was not, unless the device, opened again, shows it.
 */
export async function ask<Result>(
  work: (device: ScannerDevice) => Promise<Result>,
): Promise<Result | undefined> {
  const state = deviceState.value;
  if (state.kind !== 'running') return undefined;
  try {
    return await work(state.device);
  } catch (error) {
    failure.value = error instanceof Error ? error.message : String(error);
    return undefined;
  }
}

/** What {@link ask} could not do, until it is shown. */
export const failure = signal<string | undefined>(undefined);
