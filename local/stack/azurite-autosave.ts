import { createRequire } from 'node:module';

/**
 * Preloaded into Azurite: it writes its whole database of tables every five seconds, and answers nobody meanwhile (LokiJS, `autosaveEnable`).
 * With the journal of a busy quarter of an hour that takes longer than the five seconds. Here it pauses nine times as long as the last
 * writing took, so that it has nine tenths of its time for its callers; what a kill can cost grows with it.
 */
export const PAUSE = 9;

type Loki = {
  autosave: boolean;
  autosaveInterval: number;
  autosaveHandle: NodeJS.Timeout;
  ignoreAutosave?: boolean;
  autosaveDirty(): boolean;
  autosaveEnable(): void;
  saveDatabase(): void;
};

const loki: { prototype: Loki } = createRequire(import.meta.resolve('azurite/package.json'))('lokijs');

loki.prototype.autosaveEnable = function autosaveEnable() {
  this.autosave = true;
  const waitFor = (milliseconds: number) => {
    this.autosaveHandle = setTimeout(save, milliseconds);
  };
  const save = () => {
    const begun = performance.now();
    if (this.autosaveDirty() && !this.ignoreAutosave) this.saveDatabase();
    waitFor(Math.max(this.autosaveInterval, PAUSE * (performance.now() - begun)));
  };
  waitFor(this.autosaveInterval);
};
