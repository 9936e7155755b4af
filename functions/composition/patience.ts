/**
 * How long a batch may wait for a store that does not answer. A lock lasts a minute (`infra/service-bus/topology.json`)
 * and is not renewed for a batch, and a batch may have waited in the host's buffer for the one before it. Milliseconds.
 */
export const PATIENCE_MS = 20_000;
