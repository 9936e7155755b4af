import { notSupported } from '../errors.ts';

/** Runs a query over databases or containers. */
export function queryList(_resources: readonly object[], _body: unknown): object[] {
  throw notSupported('queries of databases and containers');
}
