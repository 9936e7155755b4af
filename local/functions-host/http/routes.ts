import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseRouteTemplate, type RouteValues } from './route-template.ts';

export interface HttpRoute<T> {
  template: string;
  /** Upper case. */
  methods: readonly string[];
  target: T;
}

/** What a route leads to. */
export interface HttpTarget {
  authLevel: 'anonymous' | 'function' | 'admin';
  handle(request: IncomingMessage, response: ServerResponse, params: RouteValues): void;
}
export type HttpRouter = ReturnType<typeof createRouter<HttpTarget>>;

/**
 * Finds the route of a request as the Functions host does: case-insensitive, a slash at the end accepted, `//` matches nothing,
 * the more specific template first, and a wrong method is "not found".
 */
export function createRouter<T>() {
  const routes: (HttpRoute<T> & ReturnType<typeof parseRouteTemplate>)[] = [];
  return {
    /** @throws Error when the template is wrong. */
    add(route: HttpRoute<T>): void {
      routes.push({ ...route, ...parseRouteTemplate(route.template) });
      // Stable, so that equal templates keep their order of registration.
      routes.sort((a, b) => (a.precedence < b.precedence ? -1 : a.precedence > b.precedence ? 1 : 0));
    },
    /** @param path percent-encoded, from the request line, without the query. */
    find(method: string, path: string): { target: T; params: RouteValues } | undefined {
      const segments = path.replace(/^\//, '').replace(/\/$/, '').split('/');
      if (segments.length === 1 && segments[0] === '') segments.pop();
      if (segments.includes('')) return undefined;
      for (const route of routes) {
        if (!route.methods.includes(method)) continue;
        const params = route.match(segments);
        if (params) return { target: route.target, params };
      }
      return undefined;
    },
  };
}
