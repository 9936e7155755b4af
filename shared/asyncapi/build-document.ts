import type { z } from 'zod';
import { schemaComponents } from '../openapi/json-schema.ts';
import type { Application, Entity, Message, Operation, Subscription } from './bus.ts';
import { ENTITIES } from './entities.ts';
import { MESSAGES } from './messages.ts';

type Json = Record<string, unknown>;

/**
 * One side of the bus as an AsyncAPI 3.0 document: all channels, and what this side does. It is the same in every
 * installation: which warehouses one serves is not for everybody who may read it.
 */
export function buildAsyncApi({ info, operations }: Application): Json {
  return {
    asyncapi: '3.0.0',
    info: { ...info, license: { name: 'MIT' } },
    defaultContentType: 'application/json',
    servers: SERVERS,
    channels: channels(),
    operations: Object.fromEntries(
      Object.entries(operations).map(([name, operation]) => [name, operationOf(operation)]),
    ),
    components: {
      messages: Object.fromEntries(
        Object.entries(MESSAGES).map(([name, message]) => [name, messageComponent(name, message)]),
      ),
      schemas: schemaComponents(messageSchemas(), 'draft-7'),
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

/** The schemas of the messages by name: of the body the message's, of its application properties `…Properties`. */
export function messageSchemas(): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(MESSAGES).flatMap(([name, { schema, properties }]): [string, z.ZodType][] => [
      [name, schema],
      [`${name}Properties`, properties],
    ]),
  );
}

/** What a receiver of a subscription attaches to, and a sender of a topic or a queue sends to. */
export function addressOf(entity: string, subscription?: string): string {
  return subscription === undefined ? entity : `${entity}/Subscriptions/${subscription}`;
}

const BEARERS = ['sas', 'entra'].map((name) => ({ $ref: `#/components/securitySchemes/${name}` }));

const SERVERS = {
  azure: {
    host: '{namespace}.servicebus.windows.net:5671',
    protocol: 'amqp1',
    protocolVersion: '1.0',
    description: 'Azure Service Bus: AMQP 1.0 over TLS.',
    variables: { namespace: { description: 'The namespace of the installation.' } },
    security: BEARERS,
  },
  laptop: {
    host: '127.0.0.1:5672',
    protocol: 'amqp1',
    protocolVersion: '1.0',
    description: 'What `npm start` serves, and the official emulator: AMQP 1.0 without TLS.',
  },
};

const SECURITY_SCHEMES = {
  sas: { type: 'userPassword', description: 'Name and key of a shared access policy.' },
  entra: {
    type: 'openIdConnect',
    description: 'An identity with role Azure Service Bus Data Sender or Data Receiver.',
    openIdConnectUrl: 'https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration',
  },
};

function channels(): Json {
  const found: Json = {};
  for (const [name, entity] of Object.entries(ENTITIES)) {
    found[keyOf(name)] = channelOf(name, entity);
    for (const [subscription, settings] of Object.entries(entity.subscriptions ?? {})) {
      found[keyOf(`${name}/${subscription}`)] = {
        ...channelOf(addressOf(name, subscription), { ...entity, ...settings }),
        ...(isOfWarehouse(subscription) && {
          parameters: { warehouseId: { description: 'The id of a warehouse; each has one of its own.' } },
        }),
        'x-service-bus': { entity: 'subscription', topic: name, ...filterOf(settings) },
      };
    }
  }
  return found;
}

function channelOf(address: string, { kind, message, description }: Entity): Json {
  return {
    address,
    description,
    messages: { [message]: { $ref: `#/components/messages/${message}` } },
    'x-service-bus': { entity: kind },
  };
}

function filterOf({ filter }: Subscription): Json {
  return filter === undefined ? {} : { filter };
}

function operationOf({ action, channel, summary, reply }: Operation): Json {
  return {
    action,
    summary,
    ...inChannel(channel),
    ...(reply !== undefined && { reply: inChannel(reply) }),
  };
}

function inChannel(channel: string): Json {
  const [entity = ''] = channel.split('/');
  const message = ENTITIES[entity]?.message;
  const $ref = `#/channels/${keyOf(channel)}`;
  return { channel: { $ref }, messages: [{ $ref: `${$ref}/messages/${message}` }] };
}

function messageComponent(name: string, message: Message): Json {
  const { title, description, messageId, subject, example } = message;
  return {
    name,
    title,
    description,
    contentType: 'application/json',
    headers: { $ref: `#/components/schemas/${name}Properties` },
    payload: { $ref: `#/components/schemas/${name}` },
    examples: [{ headers: example.properties, payload: example.body }],
    ...((messageId ?? subject) !== undefined && { 'x-service-bus': { messageId, subject } }),
  };
}

/** Of a subscription of each warehouse. */
function isOfWarehouse(subscription: string): boolean {
  return subscription === '{warehouseId}';
}

/** Keys of channels hold letters, digits, `.`, `_` and `-`: `topic.subscription`, of a warehouse's `topic.warehouse`. */
function keyOf(channel: string): string {
  return channel.replace('/', '.').replace('{warehouseId}', 'warehouse');
}
