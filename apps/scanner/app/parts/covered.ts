import { createContext } from 'preact';

/** Whether a screen is out of sight, since the queue was opened from it. It stays as it is, and no scan goes to it. */
export const Covered = createContext(false);
