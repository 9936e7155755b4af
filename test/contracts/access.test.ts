import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ROLES, type Role } from '../../shared/contracts/access.ts';
import { registeredFunctions } from './registered-functions.ts';

/** The least role that each function asks of people. What is not here is no route for people. */
const LEAST: Readonly<Record<string, Role>> = {
  actions: 'reader',
  'allocation-counts': 'reader',
  'atp-item': 'reader',
  'atp-query': 'reader',
  'atp-thresholds-read': 'reader',
  'atp-thresholds-remove': 'controller',
  'atp-thresholds-set': 'controller',
  'atp-warehouse': 'reader',
  backlog: 'reader',
  backorders: 'reader',
  'expected-receipt-announce': 'controller',
  'expected-receipt-withdraw': 'controller',
  'expected-receipts-list': 'reader',
  figures: 'reader',
  findings: 'reader',
  history: 'reader',
  'hold-extend': 'operator',
  'hold-keep': 'operator',
  'hold-order': 'operator',
  'hold-read': 'reader',
  'hold-release': 'operator',
  'investigation-assign': 'controller',
  'investigation-close': 'controller',
  'investigation-explain': 'controller',
  'investigation-read': 'reader',
  'investigation-recount': 'controller',
  'investigations-list': 'reader',
  'item-promises': 'reader',
  me: 'reader',
  'order-allocate': 'operator',
  'order-cancel': 'operator',
  'order-line-cancel': 'operator',
  'order-read': 'reader',
  'quarantine-body': 'reader',
  'quarantine-counts': 'reader',
  'quarantine-delete': 'operator',
  'quarantine-list': 'reader',
  'quarantine-replay': 'operator',
  'quarantine-replay-one': 'operator',
  'quarantine-restore': 'operator',
  'reconciliation-accuracy': 'reader',
  'reconciliation-discrepancies': 'reader',
  'reconciliation-run': 'controller',
  'reconciliation-run-read': 'reader',
  'reconciliation-runs-list': 'reader',
  'safety-stock-read': 'reader',
  'safety-stock-set': 'controller',
  traces: 'reader',
};

/** Routes that let everybody in; each says why where it is registered. */
const FOR_EVERYBODY = [
  'asyncapi',
  'console',
  'docs',
  'docs-bus',
  'health',
  'health-live',
  'health-reads',
  'openapi',
  'sign-in',
];

const triggerSchema = z.object({
  type: z.literal('httpTrigger'),
  authLevel: z.string(),
  route: z.string(),
  methods: z.array(z.string()),
});

type HttpFunction = z.infer<typeof triggerSchema> & {
  name: string;
  callback: (request: HttpRequest, context: InvocationContext) => unknown;
  call: (request: HttpRequest) => Promise<HttpResponseInit>;
};

async function httpFunctions(): Promise<Map<string, HttpFunction>> {
  const functions = await registeredFunctions();
  const found = functions.flatMap(({ metadata, callback }) =>
    Object.values(metadata.bindings).flatMap((binding): [string, HttpFunction][] => {
      const trigger = triggerSchema.safeParse(binding).data;
      if (!trigger) return [];
      const { name } = metadata;
      const call = async (request: HttpRequest) =>
        (await callback(request, new InvocationContext({ functionName: name }))) as HttpResponseInit;
      return [[name, { ...trigger, name, callback, call }]];
    }),
  );
  return new Map(found);
}

function request(method: string, headers: Record<string, string>, url = 'http://127.0.0.1/api/people/x') {
  return new HttpRequest({ method, url, headers, params: {}, query: {}, body: { string: '[' } });
}

function developer(role: string | undefined): Record<string, string> {
  const person = { name: 'ann', ...(role && { role }) };
  return { authorization: `Development ${Buffer.from(JSON.stringify(person)).toString('base64url')}` };
}

let functions: Map<string, HttpFunction>;
beforeAll(async () => {
  functions = await httpFunctions();
});

const people = Object.entries(LEAST).map(([name, least]) => ({ name, least }));

async function answerTo(name: string, headers: Record<string, string>, url?: string) {
  const found = functions.get(`people-${name}`);
  const response = await found?.call(request(found.methods[0] ?? 'GET', headers, url));
  return response?.status;
}

test('every route is in these tables, and no other', () => {
  const names = [...functions.keys()];
  const routes = names
    .filter((name) => name.startsWith('people-'))
    .map((name) => name.slice('people-'.length));
  expect(routes.sort()).toEqual(Object.keys(LEAST).sort());
  const others = names.filter((name) => !name.startsWith('people-'));
  expect(others.filter((name) => !(name in LEAST)).sort()).toEqual(FOR_EVERYBODY);
});

test('every route for programs asks for a function key, but those for everybody', () => {
  for (const { name, authLevel } of functions.values()) {
    const isOpen = FOR_EVERYBODY.includes(name) || name.startsWith('people-');
    expect([name, authLevel]).toEqual([name, isOpen ? 'anonymous' : 'function']);
  }
});

test('a route for people stands below /api/people, and is otherwise that for programs', () => {
  for (const { name, route, methods } of functions.values()) {
    const other = functions.get(`people-${name}`);
    if (other) expect([other.route, other.methods]).toEqual([`people/${route}`, methods]);
  }
});

describe.each(people)('$name', ({ name, least }) => {
  const refused = ROLES.slice(0, ROLES.indexOf(least));

  test('asks whoever has not signed in to do so', async () => {
    for (const headers of [{}, { authorization: 'Development e30' }, { authorization: 'Development !' }]) {
      expect(await answerTo(name, headers)).toBe(401);
    }
  });

  test(`refuses who has no role${refused.length > 0 ? `, or is ${refused.join(' or ')}` : ''}`, async () => {
    for (const role of [undefined, ...refused]) expect(await answerTo(name, developer(role))).toBe(403);
    expect(await answerTo(name, developer('owner'))).toBe(401);
  });

  test('refuses a name of another site that points to this machine', async () => {
    expect(await answerTo(name, developer('operator'), 'http://evil.example/api/people/x')).toBe(401);
  });
});

const ASKED_NOTHING = ['allocation-counts', 'backlog', 'findings', 'reconciliation-accuracy'];

/** They read what they are asked before they ask a store, and are asked nothing right here. */
const CHECKED = people.filter(({ name }) => !ASKED_NOTHING.includes(name));

test.each(CHECKED)('$name lets in $least and above', async ({ name, least }) => {
  for (const role of ROLES.slice(ROLES.indexOf(least))) {
    const status = await answerTo(name, developer(role));
    expect([status, role]).not.toEqual([401, role]);
    expect([status, role]).not.toEqual([403, role]);
  }
});

test('what people change is logged with who they are', async () => {
  const logged: unknown[] = [];
  const context = new InvocationContext({
    functionName: 'people-quarantine-replay',
    logHandler: (_level, ...args) => void logged.push(args),
  });
  const replay = functions.get('people-quarantine-replay');
  await replay?.callback(request('POST', developer('operator')), context);
  const ann = { name: 'ann', role: 'operator', function: 'people-quarantine-replay' };
  expect(logged).toContainEqual(['person-acts', expect.objectContaining(ann)]);
});
