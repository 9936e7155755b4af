import { createRequire } from 'node:module';

/**
 * Preloaded into Azurite: it writes its whole database of tables every five seconds, and answers nobody meanwhile (LokiJS, `autosaveEnable`).
 * With the journal of a busy quarter of an hour that takes longer than the five seconds. Here it pauses nine times as long as the last
 * writing took, so that it has nine tenths of its time for its callers; what a kill can cost grows with it.
 */
export const PAUSE = 9;
const LEAST = 5_000;

type Loki = {
  autosave: boolean;
  autosaveInterval?: number | null;
  autosaveHandle: NodeJS.Timeout | null;
  ignoreAutosave?: boolean;
  autosaveDirty(): boolean;
  saveDatabase(callback?: (error?: Error) => void): void;
};

const loki: { prototype: Loki & { autosaveEnable(options: unknown, callback?: () => void): void } } =
  createRequire(import.meta.resolve('azurite/package.json'))('lokijs');

loki.prototype.autosaveEnable = function autosaveEnable(this: Loki, _options, callback) {
  this.autosave = true;
  const least = this.autosaveInterval ?? LEAST;
  const waitFor = (milliseconds: number) => {
    this.autosaveHandle = setTimeout(save, milliseconds);
  };
  const save = () => {
    const begun = performance.now();
    if (this.autosaveDirty() && !this.ignoreAutosave) this.saveDatabase(callback);
    waitFor(Math.max(least, PAUSE * (performance.now() - begun)));
  };
  waitFor(least);
};
