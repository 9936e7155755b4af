import type { Container } from '../catalog.ts';
import { notSupported } from '../errors.ts';
import type { Answer, Request } from '../exchange.ts';

/** Answers a query. */
export function handleQuery(_container: Container, _request: Request, _at: number): Answer {
  throw notSupported('queries');
}

/** Answers a query plan request. */
export function handleQueryPlan(_container: Container, _request: Request): Answer {
  throw notSupported('queries');
}
