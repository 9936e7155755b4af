/** The broker cannot start as asked; the message is one plain line that says what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
