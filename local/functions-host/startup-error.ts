/** When the host cannot start because of what it was given. The message is one plain line that says what to do. */
export class HostStartError extends Error {
  override name = 'HostStartError';
}
