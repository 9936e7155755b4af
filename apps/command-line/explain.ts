import { fieldErrorsText } from '../../shared/http/problem-details.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { SettingError } from '../../shared/settings.ts';
import { JournalRowError } from '../../shared/storage/journal-row.ts';
import { StockbridgeError } from '../oms-client/stockbridge-error.ts';
import { type Command, UsageError } from './command.ts';
import { LedgerError } from './rebuild/wms-ledger.ts';

/** One line for what can be put right; all of it for a fault of ours. */
export function explain(error: unknown, options: Command['options'] = {}): string {
  if (error instanceof StockbridgeError) return explainCall(error, options);
  if (error instanceof StoreUnavailable) {
    return `${error.message.replaceAll('\n', ' ')}: start the stack (npm start), or correct the connection settings.`;
  }
  const expected = [SettingError, UsageError, LedgerError, JournalRowError];
  if (expected.some((type) => error instanceof type) && error instanceof Error) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const WHERE = '--url or STOCKBRIDGE_FUNCTIONS_URL';

function explainCall(error: StockbridgeError, options: NonNullable<Command['options']>): string {
  const { kind, origin, status, problem, message } = error;
  if (kind === 'no-answer')
    return `The functions app does not answer at ${origin}: start it (npm start), or say where it runs with ${WHERE}.`;
  if (kind === 'redirected')
    return `The functions app at ${message}: if that is the functions app, say so with ${WHERE}.`;
  if (kind === 'foreign') return `What answers at ${message}.`;
  if (status === 401) return `The functions app at ${origin} asks for a function key: set STOCKBRIDGE_KEY.`;
  if (!problem?.errors) return `The functions app at ${message}`;
  // `fieldErrorsText` leaves out what comes first.
  const named = problem.errors.map(({ pointer, detail }) => ({
    pointer: `/${options[pointer] ?? pointer.slice(1)}`,
    detail,
  }));
  return `The functions app at ${origin} answered ${status}: ${fieldErrorsText(named)}`;
}
