// Asks the adapter on this machine how it is: prints its answer, and ends with 0 when it is ready, else with 1. For the
// health check of a container, of a monitoring agent, or of who has just installed it. The same settings as the adapter's.

import { readFileSync } from 'node:fs';
import { request as http } from 'node:http';
import { request as https } from 'node:https';

/** Milliseconds. */
const PATIENCE = 5_000;

const {
  STOCKBRIDGE_ADAPTER_HOST: bound = '',
  STOCKBRIDGE_ADAPTER_PORT: port = '7080',
  STOCKBRIDGE_TLS_CERT: certificate,
} = process.env;
// On all addresses it is on loopback too.
const host = ['', '0.0.0.0', '::'].includes(bound) ? '127.0.0.1' : bound;

const options = { host, port, path: '/api/v1/health', timeout: PATIENCE };
// The certificate is for the name that handhelds use: here it has to be the adapter's very own.
const tls = certificate && {
  ca: readFileSync(certificate),
  allowPartialTrustChain: true,
  checkServerIdentity: () => undefined,
};

const call = tls ? https({ ...options, ...tls }) : http(options);
call.on('response', async (response) => {
  response.pipe(process.stdout);
  process.exitCode = response.statusCode === 200 ? 0 : 1;
});
call.on('timeout', () => call.destroy(new Error(`no answer within ${PATIENCE / 1_000} s`)));
call.on('error', ({ message }) => {
  console.error(`The adapter does not answer on ${host}, port ${port}: ${message}`);
  process.exitCode = 1;
});
call.end();
