import type { Clock } from '../../clock.ts';
import type { HostLog } from '../log.ts';
import type { DurableTaskOptions } from '../settings/host-json.ts';
import { type Episode, type EpisodeServices, failure, newPart, runEpisode } from './episode.ts';
import { EventType, type StoredEvent } from './history-events.ts';
import { createInHand } from './in-hand.ts';
import type { Message } from './inboxes.ts';
import type { Instances, LiveInstance } from './instances.ts';
import { abandonTurn } from './turn.ts';
import { acceptsVersion } from './version-match.ts';

/** Episodes begun in a turn of the event loop, so that requests are answered in between. */
const EPISODES_A_TURN = 64;
/** Messages taken into one episode. */
const MESSAGES_AN_EPISODE = 1000;

export interface DispatcherServices extends EpisodeServices {
  clock: Clock;
  instances: Instances;
  log: HostLog;
  options: DurableTaskOptions;
  /** Stores what an episode brought; to be done in one go. */
  apply(instance: LiveInstance, messages: readonly Message[], episode: Episode): void;
}

/** Runs instances that have messages: each one episode at a time, so many instances at a time. */
export function createDispatcher(services: DispatcherServices) {
  const { instances, log, options } = services;
  const ready = new Set<LiveInstance>();
  const inHand = createInHand();
  let isScheduled = false;
  let isStarted = false;
  let isStopped = false;

  const schedule = () => {
    if (isScheduled || isStopped || !isStarted) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      pump();
    });
  };

  const pump = () => {
    let begun = 0;
    for (const instance of ready) {
      if (isStopped || inHand.count() >= options.maxConcurrentOrchestratorFunctions) return;
      if (begun >= EPISODES_A_TURN) return schedule();
      ready.delete(instance);
      if (instance.isGone || instance.isRunning || !mayRun(instance, options, log)) continue;
      begun += 1;
      run(instance).catch(abandonTurn);
    }
  };

  const run = async (instance: LiveInstance) => {
    inHand.begin();
    instance.isRunning = true;
    const messages = instance.inbox.slice(0, MESSAGES_AN_EPISODE);
    const episode = await episodeOf(instance, messages, services);
    inHand.end();
    instance.isRunning = false;
    if (!instance.isGone) finish(instance, messages, episode);
    if (ready.size > 0) schedule();
  };

  const finish = (instance: LiveInstance, messages: readonly Message[], episode: Episode) => {
    report(instance, episode, log);
    services.apply(instance, messages, episode);
    if (instance.isGone) return;
    if (instance.inbox.length > 0) add(instance);
    else instances.rest(instance);
  };

  const add = (instance: LiveInstance) => {
    if (instance.isRunning) return;
    ready.add(instance);
    schedule();
  };

  return {
    /** Runs an instance soon; before the turn's transaction ends when it is called before that begins. */
    add,
    /** Looks for ready instances in this turn. */
    wake: schedule,
    start(): void {
      isStarted = true;
      schedule();
    },
    /** Begins no more and resolves when the episodes in hand are stored. */
    stop(): Promise<void> {
      isStopped = true;
      return inHand.idle();
    },
  };
}

/** An instance whose version this host refuses stays as it is, until a host comes that runs it. */
function mayRun(instance: LiveInstance, options: DurableTaskOptions, log: HostLog): boolean {
  if (options.versionFailureStrategy === 'Fail' || acceptsVersion(instance.version, options)) return true;
  const text = `instance ${instance.instanceId} has version ${instance.version}, which this host (defaultVersion ${options.defaultVersion ?? 'none'}, ${options.versionMatchStrategy}) does not run: it stays ${instance.status}`;
  warn(instance, 'warning', text, log);
  return false;
}

async function episodeOf(
  instance: LiveInstance,
  messages: readonly Message[],
  services: DispatcherServices,
): Promise<Episode> {
  const history = services.instances.history(instance);
  const at = startTime(instance, history.events.findLast(isStart)?.Timestamp, services.clock.now());
  return acceptsVersion(instance.version, services.options)
    ? runEpisode(instance, history, messages, at, services)
    : mismatch(instance, history.events, messages, at);
}

function report(instance: LiveInstance, { result, unsupported }: Episode, log: HostLog): void {
  for (const warning of result.warnings) {
    warn(instance, 'error', `instance ${instance.instanceId} ${warning}`, log);
  }
  if (unsupported) log.write('error', instance.name, `instance ${instance.instanceId} fails: ${unsupported}`);
}

function warn(instance: LiveInstance, level: 'warning' | 'error', text: string, log: HostLog): void {
  if (instance.warned.has(text)) return;
  instance.warned.add(text);
  log.write(level, instance.name, text);
}

function isStart({ EventType: type }: { EventType: number }): boolean {
  return type === EventType.OrchestratorStarted;
}

/** Time never runs backwards for an orchestrator, and a continued one begins later than its last episode: `newGuid` counts on that. */
function startTime(instance: LiveInstance, lastStart: string | undefined, now: number): number {
  if (lastStart) return Math.max(now, Date.parse(lastStart));
  return instance.generation > 0 ? Math.max(now, instance.createdTime + 1) : now;
}

/** `versionFailureStrategy` "Fail". */
function mismatch(
  instance: LiveInstance,
  past: readonly StoredEvent[],
  messages: readonly Message[],
  at: number,
): Episode {
  const ErrorMessage = 'Orchestration version did not comply with Worker Versioning';
  const { newEvents, newText } = newPart(messages, at, false);
  const result = failure([...past, ...newEvents], ErrorMessage, {
    ErrorType: 'VersionMismatch',
    ErrorMessage,
    StackTrace: null,
    InnerFailure: null,
    IsNonRetriable: true,
    Properties: null,
  });
  return { newEvents, newText, customStatusJson: instance.customStatusJson, result };
}
