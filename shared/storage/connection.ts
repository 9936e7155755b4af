import { TableClient } from '@azure/data-tables';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { processIdentity } from '../identity.ts';
import { type Environment, readConnection } from '../settings.ts';

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
 * @throws {SettingError} when neither is set
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
  const blobs = BlobServiceClient.fromConnectionString(connectionString, BLOB_OPTIONS);
  const options = { ...TABLE_OPTIONS, allowInsecureConnection };
  return {
    table: (name) => TableClient.fromConnectionString(connectionString, name, options),
    blobContainer: (name) => blobs.getContainerClient(name),
  };
}

async function fromIdentity(
  addresses: Record<'tableServiceUri' | 'blobServiceUri', string>,
): Promise<Clients> {
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
