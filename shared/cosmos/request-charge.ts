import { createDefaultHttpClient, type HttpClient, type PipelineRequest } from '@azure/core-rest-pipeline';

/** Told the request units of a request, and what was asked: `batch`, `query`, or the method of one document. */
export type OnCharge = (operation: string, requestUnits: number) => void;

/** The SDK's own HTTP client, which tells the charge of every answer; a repeated request is charged again. */
export function chargeReading(onCharge: OnCharge): HttpClient {
  const client = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      const response = await client.sendRequest(request);
      const charge = Number(response.headers.get('x-ms-request-charge'));
      if (charge > 0) onCharge(operationOf(request), charge);
      return response;
    },
  };
}

/** Headers of the REST API: "Common Azure Cosmos DB REST request headers"; the batch one as @azure/cosmos 4.10 sends it. */
function operationOf({ headers, method }: PipelineRequest): string {
  if (headers.get('x-ms-cosmos-is-batch-request')) return 'batch';
  return headers.get('x-ms-documentdb-isquery') ? 'query' : method.toLowerCase();
}
