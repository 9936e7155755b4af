/** A setting that is missing or wrong. The message is the one line that says what to set. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * How an outside system is reached, as Azure Functions names it: setting `NAME` holds a connection string, or the
 * settings `NAME__…` hold addresses and an identity signs in.
 *
 * @throws {SettingError} when none of them is set
 */
export function readConnection<Address extends string>(
  environment: Environment,
  name: string,
  addresses: readonly Address[],
):
  | { kind: 'connection-string'; connectionString: string }
  | { kind: 'identity'; addresses: Record<Address, string> } {
  const connectionString = environment[name]?.trim();
  if (connectionString) return { kind: 'connection-string', connectionString };
  const found = addresses.map((address) => [address, environment[`${name}__${address}`]] as const);
  if (found.every(([, value]) => value)) {
    return { kind: 'identity', addresses: Object.fromEntries(found) as Record<Address, string> };
  }
  const identityForm = addresses.map((address) => `${name}__${address}`).join(' and ');
  throw new SettingError(
    `Setting ${name} is missing: set it to a connection string, or set ${identityForm} to use an identity.`,
  );
}
