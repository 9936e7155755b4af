type Metric = {
  readonly aggregations: readonly string[];
  readonly dimensions: readonly string[];
  /** How often it is measured, where that is less than once a minute: an alert looks at as long a time. */
  readonly grain?: string;
};

const ofEntities = (...aggregations: string[]): Metric => ({ aggregations, dimensions: ['EntityName'] });

/**
 * Metrics that alerts go by: a rule that asks another of them, or otherwise, is refused when it is deployed. By resource type
 * (learn.microsoft.com, "Supported metrics").
 */
export const METRICS: Readonly<Record<string, Readonly<Record<string, Metric>>>> = {
  'Microsoft.ServiceBus/namespaces': {
    ActiveMessages: ofEntities('Average', 'Minimum', 'Maximum'),
    DeadletteredMessages: ofEntities('Average', 'Minimum', 'Maximum'),
    Size: ofEntities('Average', 'Minimum', 'Maximum'),
    ServerErrors: { aggregations: ['Total'], dimensions: ['EntityName', 'OperationResult'] },
    ThrottledRequests: {
      aggregations: ['Total'],
      dimensions: ['EntityName', 'OperationResult', 'MessagingErrorSubCode'],
    },
    NamespaceCpuUsage: { aggregations: ['Maximum'], dimensions: ['Replica'] },
  },
  'Microsoft.DocumentDB/databaseAccounts': {
    TotalRequests: {
      aggregations: ['Count'],
      dimensions: ['DatabaseName', 'CollectionName', 'Region', 'StatusCode', 'OperationType', 'Status'],
    },
    NormalizedRUConsumption: {
      aggregations: ['Maximum', 'Average'],
      dimensions: ['CollectionName', 'DatabaseName', 'Region', 'PartitionKeyRangeId'],
    },
    ServiceAvailability: { aggregations: ['Minimum', 'Average', 'Maximum'], dimensions: [], grain: 'PT1H' },
  },
  'Microsoft.Storage/storageAccounts': {
    Availability: {
      aggregations: ['Average', 'Minimum', 'Maximum'],
      dimensions: ['GeoType', 'ApiName', 'Authentication'],
    },
    Transactions: {
      aggregations: ['Total'],
      dimensions: ['ResponseType', 'GeoType', 'ApiName', 'Authentication', 'TransactionType'],
    },
  },
};

/** Log categories and groups of them that Azure Monitor takes of a resource type, as far as they are asked for ("Supported logs"). */
export const LOG_CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  'Microsoft.ServiceBus/namespaces': ['audit', 'allLogs', 'OperationalLogs', 'RuntimeAuditLogs'],
  'Microsoft.DocumentDB/databaseAccounts': ['allLogs', 'ControlPlaneRequests', 'DataPlaneRequests'],
  'Microsoft.KeyVault/vaults': ['audit', 'allLogs', 'AuditEvent'],
};
