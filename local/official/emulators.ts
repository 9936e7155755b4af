import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'mssql';
import { cappedForOfficialEmulator } from '../service-bus/official-emulator.ts';
import { configOfTopology, topologySchema } from '../service-bus/topology.ts';
import { connectionsOf, DEFAULT_PORTS } from '../stack/connections.ts';
import { provisionCosmos, provisionStorage } from '../stack/provision.ts';
import { StackError } from '../stack/start-error.ts';
import { requireProgram } from './programs.ts';

/** What the compose file asks its user for. */
export type Acceptance = { readonly password: string };

/** Read by the compose file. */
const BUS_CONFIG = '.stockbridge/official/Config.json';
const COMPOSE = ['compose', '-f', 'infra/docker-compose.yml'];
/** Milliseconds. The Service Bus emulator makes its databases at its first start. */
const BUS_READY_WITHIN = 180_000;

/**
 * Starts the official emulators and SQL Server by Docker and makes what Bicep makes on Azure: topics, containers, tables,
 * and a database for the WMS.
 *
 * @throws {StackError} naming what is missing on this machine
 */
export async function startEmulators(repository: string, say: (line: string) => void): Promise<Acceptance> {
  const acceptance = readAcceptance(process.env);
  requireProgram('docker', ['compose', 'version'], DOCKER_MISSING);
  for (const line of writeBusConfig(repository)) say(line);
  const up = spawnSync('docker', [...COMPOSE, 'up', '--wait'], { cwd: repository, stdio: 'inherit' });
  if (up.status !== 0)
    throw new StackError('docker compose did not start the emulators; its messages above say why.');
  const { cosmos, storage } = connectionsOf(DEFAULT_PORTS);
  await busIsReady();
  await provisionCosmos(repository, cosmos);
  await provisionStorage(repository, storage);
  await createDatabase(acceptance);
  return acceptance;
}

/** Connection string of the WMS's database in the SQL Server of the compose file. */
export function wmsConnection({ password }: Acceptance, database = 'stockbridge'): string {
  return `Server=127.0.0.1,1433;Database=${database};User Id=sa;Password='${password.replaceAll("'", "''")}';TrustServerCertificate=True`;
}

const DOCKER_MISSING =
  'Docker with its compose plugin is not there: install it (https://docs.docker.com/get-started/get-docker/). `npm start` needs neither.';

function readAcceptance({ ACCEPT_EULA, MSSQL_SA_PASSWORD }: NodeJS.ProcessEnv): Acceptance {
  if (ACCEPT_EULA !== 'Y')
    throw new StackError(
      'Setting ACCEPT_EULA is missing: set it to Y to accept the terms of SQL Server and the Service Bus emulator.',
    );
  if (!MSSQL_SA_PASSWORD)
    throw new StackError(
      'Setting MSSQL_SA_PASSWORD is missing: set it to a password of your own, 8 characters or more of 3 kinds.',
    );
  return { password: MSSQL_SA_PASSWORD };
}

/** Writes what the Service Bus emulator is to have. Returns a line for what it has less of than Azure. */
function writeBusConfig(repository: string): string[] {
  const file = join(repository, 'infra/service-bus/topology.json');
  const topology = topologySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const { config, caps } = cappedForOfficialEmulator(configOfTopology(topology));
  const target = join(repository, BUS_CONFIG);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, JSON.stringify(config, undefined, 2));
  return caps.map(
    ({ property, wanted, capped }) => `The Service Bus emulator takes no ${property} of ${wanted}: ${capped}`,
  );
}

/** Its image has nothing to ask it with from inside. */
async function busIsReady(): Promise<void> {
  const deadline = Date.now() + BUS_READY_WITHIN;
  for (;;) {
    const answer = await fetch('http://127.0.0.1:5300/health').catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > deadline)
      throw new StackError(
        'The Service Bus emulator is not ready after 3 minutes: docker logs stockbridge-service-bus-1',
      );
    await sleep(500);
  }
}

/** Readers and bookings out of each other's way, as docs/sql-server.md says. */
async function createDatabase(acceptance: Acceptance): Promise<void> {
  const pool = await new sql.ConnectionPool(wmsConnection(acceptance, 'master')).connect();
  try {
    await pool.query(`IF DB_ID('stockbridge') IS NULL BEGIN
      CREATE DATABASE stockbridge;
      ALTER DATABASE stockbridge SET READ_COMMITTED_SNAPSHOT ON;
    END`);
  } finally {
    await pool.close();
  }
}
