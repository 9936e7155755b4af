import { z } from 'zod';
import { settingMeanings, text } from './setting.ts';

const host = (example: string) =>
  z
    .string()
    .regex(/^[\w-]+(\.[\w-]+)*$/, `set it to a host without scheme and path, such as ${example}.`)
    .optional();

/** An address of http or https, which may be left out. */
export const address = (example: string) =>
  z
    .string()
    .refine((given) => /^https?:$/.test(URL.parse(given)?.protocol ?? ''), {
      error: `set it to an address such as ${example}.`,
    })
    .optional();

/** How Service Bus is reached: by a connection string, or by an address that an identity signs in to. */
export const serviceBusConnection = {
  ServiceBusConnection: text().register(settingMeanings, {
    meaning: 'connection string of the Service Bus namespace, for a laptop',
    needed: 'unless `ServiceBusConnection__fullyQualifiedNamespace` is set',
    kind: 'secret',
  }),
  ServiceBusConnection__fullyQualifiedNamespace: host('NAME.servicebus.windows.net').register(
    settingMeanings,
    { meaning: "the namespace's host", needed: 'unless `ServiceBusConnection` is set', kind: 'identity' },
  ),
};

/** How Cosmos DB and Storage are reached, in the same two ways. */
export const storeConnections = {
  CosmosConnection: text().register(settingMeanings, {
    meaning: 'connection string of the Cosmos DB account, for a laptop',
    needed: 'unless `CosmosConnection__accountEndpoint` is set',
    kind: 'secret',
  }),
  CosmosConnection__accountEndpoint: address('https://NAME.documents.azure.com').register(settingMeanings, {
    meaning: "the account's address",
    needed: 'unless `CosmosConnection` is set',
    kind: 'identity',
  }),
  StorageConnection: text().register(settingMeanings, {
    meaning:
      'connection string of the storage account of journal, quarantine, runs, investigations, figures and actions, for a laptop',
    needed: 'unless the next two are set',
    kind: 'secret',
  }),
  StorageConnection__tableServiceUri: address('https://NAME.table.core.windows.net').register(
    settingMeanings,
    { meaning: 'address of its tables', needed: 'unless `StorageConnection` is set', kind: 'identity' },
  ),
  StorageConnection__blobServiceUri: address('https://NAME.blob.core.windows.net').register(settingMeanings, {
    meaning: 'address of its blobs',
    needed: 'unless `StorageConnection` is set',
    kind: 'identity',
  }),
};

/** Which identity signs in. `DefaultAzureCredential` reads them; with none it finds the machine's own. */
export const identitySettings = {
  AZURE_CLIENT_ID: text().register(settingMeanings, {
    meaning: 'client id of the identity that signs in',
    needed: 'with a user-assigned identity, a certificate or a workload identity',
    kind: 'identity',
    readBy: 'Azure SDK',
  }),
  AZURE_TENANT_ID: text().register(settingMeanings, {
    meaning: 'its tenant',
    needed: 'with a certificate or a workload identity',
    kind: 'identity',
    readBy: 'Azure SDK',
  }),
  AZURE_CLIENT_CERTIFICATE_PATH: text().register(settingMeanings, {
    meaning: 'PEM file of its certificate and private key',
    needed: 'outside Azure, unless a workload identity is federated',
    kind: 'identity',
    readBy: 'Azure SDK',
  }),
  AZURE_FEDERATED_TOKEN_FILE: text().register(settingMeanings, {
    meaning: 'file of the token of a workload identity',
    needed: 'with a workload identity',
    kind: 'identity',
    readBy: 'Azure SDK',
  }),
};
