/** The stack cannot start or go on. The message is what a person reads: what is wrong and what to do, without a stack trace. */
export class StackError extends Error {
  override readonly name = 'StackError';
}
