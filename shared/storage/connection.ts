import { TableClient } from '@azure/data-tables';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { processIdentity } from '../identity.ts';
import { type Environment, readConnection, SettingError } from '../settings.ts';

/** Callers retry with the message lock's time in view, so the SDK gives up early. */
const TABLE_OPTIONS = { retryOptions: { maxRetries: 1, retryDelayInMs: 100 } };
const BLOB_OPTIONS = { retryOptions: { maxTries: 2 } };

export type Storage = {
  table(name: string): TableClient;
  blobContainer(name: string): ContainerClient;
  /** Resolves when tables and blobs answer. */
  probe(): Promise<void>;
};

/**
 * Table and Blob storage by setting `StorageConnection` or, with an identity, `StorageConnection__tableServiceUri` and
 * `StorageConnection__blobServiceUri`. Plain http is allowed only where the connection string asks for it (Azurite).
 *
 * @throws {SettingError} when neither is set or what is set cannot be read
 */
export async function openStorage(environment: Environment): Promise<Storage> {
  const connection = readConnection(environment, 'StorageConnection', ['tableServiceUri', 'blobServiceUri']);
  const clients =
    connection.kind === 'connection-string'
      ? fromConnectionString(connection.connectionString)
      : await fromIdentity(connection.addresses);
  const probe = async () => {
    await Promise.all([
      findNothing(clients.table('parked')),
      clients.blobContainer('parked').getProperties(),
    ]);
  };
  return { ...clients, probe };
}

type Clients = Omit<Storage, 'probe'>;

function fromConnectionString(connectionString: string): Clients {
  const allowInsecureConnection =
    /(^|;)\s*(DefaultEndpointsProtocol=http|UseDevelopmentStorage=true)\s*(;|$)/i.test(connectionString);
  const options = { ...TABLE_OPTIONS, allowInsecureConnection };
  const blobs = readable(() => {
    TableClient.fromConnectionString(connectionString, 'parked', options);
    return BlobServiceClient.fromConnectionString(connectionString, BLOB_OPTIONS);
  });
  return {
    table: (name) => TableClient.fromConnectionString(connectionString, name, options),
    blobContainer: (name) => blobs.getContainerClient(name),
  };
}

/** The SDKs' own messages can repeat the string, which holds a key. */
function readable<T>(open: () => T): T {
  try {
    return open();
  } catch {
    throw new SettingError(
      'StorageConnection is not a storage connection string: it must read DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…;EndpointSuffix=core.windows.net',
    );
  }
}

async function fromIdentity(
  addresses: Record<'tableServiceUri' | 'blobServiceUri', string>,
): Promise<Clients> {
  for (const [name, uri] of Object.entries(addresses)) {
    if (!URL.canParse(uri))
      throw new SettingError(`StorageConnection__${name} is "${uri}", no URL: set it to https://….`);
  }
  const credential = await processIdentity();
  const blobs = new BlobServiceClient(addresses.blobServiceUri, credential, BLOB_OPTIONS);
  return {
    table: (name) => new TableClient(addresses.tableServiceUri, name, credential, TABLE_OPTIONS),
    blobContainer: (name) => blobs.getContainerClient(name),
  };
}

/** A row that never exists: to be told so is an answer. */
async function findNothing(table: TableClient): Promise<void> {
  try {
    await table.getEntity('health', 'health');
  } catch (error) {
    if (!(error instanceof Error && 'statusCode' in error && error.statusCode === 404)) throw error;
  }
}
