import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { consoleFile } from '../../shared/console/console-files.ts';
import { personSchema, type SignInAnswer } from '../../shared/contracts/access.ts';
import { builtApp } from './built-app.ts';

/** What the page asked. */
export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
};

/** What is answered; `status` other than 200 where it says so. */
export type Answer = { readonly status?: number; readonly body: unknown };

/** By path below /api/people/; a path that is not there is answered 404. */
export type Answers = Record<string, (asked: Asked) => Answer>;

export type ConsoleApi = {
  readonly url: string;
  /** They may be changed while the page looks. */
  readonly answers: Answers;
  /** Calls that were no reads. */
  readonly actions: readonly Asked[];
  signIn: SignInAnswer['kind'];
  /** True: no call of the API is answered any more. */
  isAway: boolean;
};

/** The console as it is built and served, and an API for it that says what a test wants. Ends with the test. */
export async function startConsoleApi(answers: Answers): Promise<ConsoleApi> {
  const built = pathToFileURL(`${builtApp('console')}/`);
  const actions: Asked[] = [];
  const server = createServer((request, response) => void answer(request, response));
  const state = { url: '', answers, actions, signIn: 'development' as SignInAnswer['kind'], isAway: false };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
    const inConsole = /^\/api\/console(?:\/(.*))?$/.exec(pathname);
    if (inConsole) {
      const { status, headers, body } = await consoleFile(built, decodeURIComponent(inConsole[1] ?? ''));
      return response.writeHead(status, headers).end(body);
    }
    if (state.isAway) return request.socket.destroy();
    if (pathname === '/api/sign-in') return send(response, { body: { kind: state.signIn } });
    const sent = await text(request);
    const path = pathname
      .replace(/^\/api\/(people\/)?/, '')
      .split('/')
      .map(decodeURIComponent)
      .join('/');
    const asked = {
      method: request.method ?? '',
      path,
      query,
      body: sent === '' ? undefined : JSON.parse(sent),
    };
    if (asked.method !== 'GET') actions.push(asked);
    if (pathname.startsWith('/api/people/') && !personOf(request)) return send(response, UNKNOWN);
    if (path === 'me' && !('me' in state.answers)) return send(response, { body: personOf(request) });
    return send(response, state.answers[path]?.(asked) ?? problem(404, 'Not found', `There is no ${path}.`));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  state.url = `http://127.0.0.1:${address.port}`;
  return state;
}

/** An error as the API tells it. */
export function problem(status: number, title: string, detail: string): Answer {
  return { status, body: { type: 'about:blank', title, status, detail } };
}

const UNKNOWN = problem(401, 'Sign in first', 'Nobody has signed in.');

function personOf({ headers }: IncomingMessage) {
  const [, token = ''] = /^Development ([\w-]+)$/.exec(headers.authorization ?? '') ?? [];
  if (token === '') return undefined;
  return personSchema.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')));
}

function send(response: ServerResponse, { status = 200, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
