import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { z } from 'zod';
import { type Device, deviceSchema, registeredDeviceSchema } from '../../../shared/contracts/device.ts';
import { scannerIdSchema } from '../../../shared/contracts/identifiers.ts';
import { problemDetailsSchema } from '../../../shared/contracts/problem-details.ts';
import { type Environment, SettingError } from '../../../shared/settings.ts';
import { isLoopbackHost } from '../loopback.ts';
import { type Card, cardPicture, cardText, codeInTerminal } from './card.ts';

export const DEVICE_CARD_HELP = `Usage: npm run adapter -- device-card --id SCANNER-08 [--warehouse WH-001]… [--name "Dock 2"]
         [--file card.svg] [--adapter https://…]

Registers a device with the running adapter, or gives a known one a new key, and shows its card: a QR code, and what it
says. The device is set up by scanning it. The key is told this once; the one before is not valid any more.

  --id          name of the device
  --warehouse   a warehouse it belongs to, repeated for several; a known device keeps its own without
  --name        where it is or whose
  --file        writes the card here instead, as a picture (SVG) to print; nothing is overwritten
  --adapter     address of the adapter, by HTTPS where it is another machine (by STOCKBRIDGE_ADAPTER_PORT on this one)

STOCKBRIDGE_ADAPTER_KEY is the administrator's key. A certificate of a company's own CA: NODE_EXTRA_CA_CERTS=ca.pem
`;

const TIMEOUT_MS = 10_000;

/**
 * The command `device-card`.
 * @param args what follows it on the command line
 * @throws SettingError where the adapter cannot be asked, or refuses
 */
export async function printDeviceCard(
  args: readonly string[],
  environment: Environment,
  print: (line: string) => void,
): Promise<void> {
  const { help, id, warehouse, name, adapter, file } = readOptions(args);
  if (help) {
    print(DEVICE_CARD_HELP);
    return;
  }
  const scannerId = scannerIdSchema.safeParse(id);
  if (!scannerId.success)
    throw new SettingError(`--id is "${id ?? ''}": set it to the name of a device, such as SCANNER-08`);
  if (file !== undefined && !file.endsWith('.svg'))
    throw new SettingError(`--file is "${file}": the card is written as SVG, so call it card.svg`);
  const url = adapter === undefined ? addressOf(environment) : checkedAddress(adapter);
  const api = { url, key: environment.STOCKBRIDGE_ADAPTER_KEY };
  const path = `/devices/${encodeURIComponent(scannerId.data)}`;
  const known = await call(api, 'GET', path, deviceSchema);
  const details = detailsOf(known, warehouse, name);
  if (details.warehouseIds.length === 0)
    throw new SettingError(
      `There is no device ${scannerId.data} yet: say where it belongs with --warehouse WH-001`,
    );
  const registered = await call(api, 'PUT', path, registeredDeviceSchema, details);
  if (registered === undefined) throw new SettingError(`${api.url} is no WMS adapter: it knows no devices`);
  print(
    `${registered.scannerId} belongs to ${registered.warehouseIds.join(', ')}. Whoever has this card may post as the device.`,
  );
  if (known !== undefined) print('The key it had before is not valid any more.');
  if (file === undefined) show(registered, print);
  else await save(registered, file, print);
}

function show(card: Card, print: (line: string) => void): void {
  for (const line of codeInTerminal(card)) print(line);
  print(cardText(card));
}

/** The key is told this once: a card that cannot be written is shown. */
async function save(card: Card, file: string, print: (line: string) => void): Promise<void> {
  try {
    await writeFile(file, cardPicture(card), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    show(card, print);
    throw new SettingError(`--file is "${file}": ${causeOf(error)}. The card is the one shown above`);
  }
  print(`Print ${file}, and delete it: the key is in it.`);
}

function readOptions(args: readonly string[]) {
  const options = {
    help: { type: 'boolean', short: 'h' },
    id: { type: 'string' },
    warehouse: { type: 'string', multiple: true },
    name: { type: 'string' },
    file: { type: 'string' },
    adapter: { type: 'string' },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new SettingError(
      `${error instanceof Error ? error.message : String(error)}; see device-card --help`,
    );
  }
}

function addressOf({ STOCKBRIDGE_ADAPTER_PORT, STOCKBRIDGE_TLS_CERT }: Environment): string {
  const port = STOCKBRIDGE_ADAPTER_PORT || '7080';
  return STOCKBRIDGE_TLS_CERT ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
}

/** Keys go both ways: in clear text they do not leave this machine. */
function checkedAddress(adapter: string): string {
  const url = URL.canParse(adapter) ? new URL(adapter) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.host))) return adapter;
  const why = url?.protocol === 'http:' ? ', and the keys would go in clear text' : '';
  throw new SettingError(
    `--adapter is "${adapter}"${why}: set it to an address such as https://wms.example.com:7080`,
  );
}

/** A registration replaces all of a device: what is not said stays as it was. */
function detailsOf(
  known: Device | undefined,
  warehouseIds: readonly string[] | undefined,
  name: string | undefined,
) {
  const kept = name ?? known?.name;
  return {
    warehouseIds: warehouseIds ?? known?.warehouseIds ?? [],
    ...(kept !== undefined && { name: kept }),
  };
}

type Api = { readonly url: string; readonly key: string | undefined };

/** Undefined where there is no such device. */
async function call<Schema extends z.ZodType>(
  { url, key }: Api,
  method: 'GET' | 'PUT',
  path: string,
  schema: Schema,
  body?: object,
): Promise<z.output<Schema> | undefined> {
  const answer = await fetch(new URL(`/api/v1${path}`, url), {
    method,
    headers: {
      'content-type': 'application/json',
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    },
    // The key is for this address and no other.
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body && { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new SettingError(
      `No answer from ${url}: start the adapter, or name it by --adapter (${causeOf(error)})`,
    );
  });
  const json: unknown = await answer.json().catch(() => undefined);
  if (answer.status === 404) return undefined;
  const parsed = schema.safeParse(json);
  if (answer.ok && parsed.success) return parsed.data;
  throw new SettingError(`${url} does not do it: ${refusalOf(json) ?? `status ${answer.status}`}`);
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

function refusalOf(json: unknown): string | undefined {
  const problem = problemDetailsSchema.safeParse(json);
  if (!problem.success) return undefined;
  const { title, detail, errors = [] } = problem.data;
  return [detail ?? title, ...errors.map((error) => `${error.pointer} ${error.detail}`)].join('; ');
}
