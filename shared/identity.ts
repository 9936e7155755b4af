import type { DefaultAzureCredential } from '@azure/identity';

let credential: Promise<DefaultAzureCredential> | undefined;

/** The identity this process runs under. Its package is large and loaded only where no connection string is given. */
export function processIdentity(): Promise<DefaultAzureCredential> {
  credential ??= import('@azure/identity').then((identity) => new identity.DefaultAzureCredential());
  return credential;
}
