import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectionsOf } from './connections.ts';
import type { StackPorts } from './settings.ts';

type CosmosFile = {
  database: string;
  containers: { id: string; partitionKey: { paths: string[] }; indexingPolicy: object }[];
};
type StorageFile = { tables: string[]; blobContainers: string[] };

/**
 * Creates what Bicep creates on Azure and is not there yet: the Cosmos database with its containers
 * (`infra/cosmos/containers.json`), tables and blob containers (`infra/storage/storage.json`).
 */
export async function provision(repository: string, ports: StackPorts): Promise<void> {
  const { cosmos, storage } = connectionsOf(ports);
  await Promise.all([
    readJson<CosmosFile>(repository, 'infra/cosmos/containers.json').then((file) =>
      provisionCosmos(cosmos, file),
    ),
    readJson<StorageFile>(repository, 'infra/storage/storage.json').then((file) =>
      provisionStorage(storage, file),
    ),
  ]);
}

async function provisionCosmos(connectionString: string, file: CosmosFile): Promise<void> {
  const { CosmosClient } = await import('@azure/cosmos');
  const client = new CosmosClient(connectionString);
  try {
    const { database } = await client.databases.createIfNotExists({ id: file.database });
    await Promise.all(file.containers.map((container) => database.containers.createIfNotExists(container)));
  } finally {
    client.dispose();
  }
}

async function provisionStorage(connectionString: string, file: StorageFile): Promise<void> {
  const [{ TableServiceClient }, { BlobServiceClient }] = await Promise.all([
    import('@azure/data-tables'),
    import('@azure/storage-blob'),
  ]);
  const tables = TableServiceClient.fromConnectionString(connectionString, { allowInsecureConnection: true });
  const blobs = BlobServiceClient.fromConnectionString(connectionString);
  await Promise.all([
    ...file.tables.map((table) => tables.createTable(table)),
    ...file.blobContainers.map((container) => blobs.getContainerClient(container).createIfNotExists()),
  ]);
}

async function readJson<File>(repository: string, path: string): Promise<File> {
  return JSON.parse(await readFile(join(repository, path), 'utf8')) as File;
}
