import type { ApiRoute } from './api.ts';
import { parameterNames } from './parameter-names.ts';

/** Whether a call of the route brings a body. */
export function hasBody({ body }: ApiRoute): boolean {
  return body !== undefined;
}

/** Whether a call of the route brings anything that can be wrong: a body, a query, a parameter in its path. */
export function hasInput(route: ApiRoute): boolean {
  return hasBody(route) || route.query !== undefined || parameterNames(route.path).length > 0;
}
