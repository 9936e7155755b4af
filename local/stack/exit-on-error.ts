import { StackError } from './start-error.ts';

/** Runs a command of the local stack. A mistake of its user is one plain line and exit code 1; anything else is a defect and keeps its stack trace. */
export async function exitOnError(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
