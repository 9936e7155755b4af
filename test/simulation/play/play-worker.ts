import { parentPort } from 'node:worker_threads';
import { playRun, type Run } from './play-run.ts';

/** A thread that plays the runs it is told to, one after the other. */
parentPort?.on('message', (run: Run) => {
  playRun(run).then((played) => parentPort?.postMessage(played));
});
