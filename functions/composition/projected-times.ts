import { timesKeeper } from '../../shared/journal/times-keeper.ts';
import { services } from './services.ts';

/** Keeps the times that this process's projection hands on. */
export const keepTimes = timesKeeper(services.journal.journal);
