import type { Language } from './text/formats.ts';

/** What is set on this device, for all who work on it. */
export type Preferences = {
  /** Undefined: as the browser has it. */
  readonly language?: Language;
  readonly theme: Theme;
  readonly sound: boolean;
  readonly vibration: boolean;
  /** The one that is worked in, of those that device and person have in common. */
  readonly warehouseId?: string;
};

export type Theme = 'system' | 'bright' | 'dark';

const KEY = 'stockbridge-scanner-preferences';

/** What was stored; what of it cannot be read is as at first. */
export function readPreferences(storage: Pick<Storage, 'getItem'>): Preferences {
  const { language, theme, sound, vibration, warehouseId } = storedObject(storage);
  return {
    ...((language === 'en' || language === 'de') && { language }),
    theme: theme === 'bright' || theme === 'dark' ? theme : 'system',
    sound: sound !== false,
    vibration: vibration !== false,
    ...(typeof warehouseId === 'string' && { warehouseId }),
  };
}

function storedObject(storage: Pick<Storage, 'getItem'>): Readonly<Record<string, unknown>> {
  try {
    const stored: unknown = JSON.parse(storage.getItem(KEY) ?? '{}');
    return typeof stored === 'object' && stored !== null ? { ...stored } : {};
  } catch {
    return {};
  }
}

/** Nothing happens where there is no room: it is as set until the page is closed. */
export function writePreferences(storage: Pick<Storage, 'setItem'>, preferences: Preferences): void {
  try {
    storage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // The device's own storage says that it is full, with what to do.
  }
}
