import { SLOT_MS } from '../../shared/contracts/figures.ts';
import { figuresRecorder } from '../../shared/figures/figures-recorder.ts';
import { tableFiguresStore } from '../../shared/storage/figures-store.ts';
import { services } from './services.ts';

export const figuresStore = tableFiguresStore(services.connections.storage.table('figures'));

/** What this process counts. */
export const figures = figuresRecorder(figuresStore, crypto.randomUUID(), Date.now);

// The last slot before a quiet time has no batch after it that would store it. Does not keep the process alive.
setInterval(() => void figures.flush(), SLOT_MS).unref();
