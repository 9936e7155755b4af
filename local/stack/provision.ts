import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Database } from '@azure/cosmos';

type ContainerSetting = {
  id: string;
  partitionKey: { paths: string[] };
  defaultTtl: number;
  indexingPolicy: object;
};
type CosmosFile = { database: string; containers: ContainerSetting[] };
type StorageFile = { tables: string[]; blobContainers: string[] };

/**
 * Creates what Bicep creates on Azure and is not there yet: the database and its containers (`infra/cosmos/containers.json`). A container of
 * an older data folder gets the indexes and the time to live that the file says today.
 */
export async function provisionCosmos(repository: string, connectionString: string): Promise<void> {
  const { CosmosClient } = await import('@azure/cosmos');
  const file = await readJson<CosmosFile>(repository, 'infra/cosmos/containers.json');
  const client = new CosmosClient(connectionString);
  try {
    const { database } = await client.databases.createIfNotExists({ id: file.database });
    await Promise.all(file.containers.map((setting) => provisionContainer(database, setting)));
  } finally {
    client.dispose();
  }
}

async function provisionContainer(database: Database, setting: ContainerSetting): Promise<void> {
  const { container, resource } = await database.containers.createIfNotExists(setting);
  const isCurrent =
    resource?.defaultTtl === setting.defaultTtl &&
    isDeepStrictEqual(resource.indexingPolicy, setting.indexingPolicy);
  if (!isCurrent) await container.replace(setting);
}

/**
 * The same for tables and blob containers (`infra/storage/storage.json`). Azurite writes them to disk some seconds
 * later, so after it was killed they may have to be made again.
 */
export async function provisionStorage(repository: string, connectionString: string): Promise<void> {
  const [{ TableServiceClient }, { BlobServiceClient }] = await Promise.all([
    import('@azure/data-tables'),
    import('@azure/storage-blob'),
  ]);
  const file = await readJson<StorageFile>(repository, 'infra/storage/storage.json');
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
