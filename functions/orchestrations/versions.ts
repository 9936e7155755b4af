import type { OrchestrationContext, OrchestrationHandler } from 'durable-functions';

/**
 * One orchestration in the versions that may be in flight. An instance keeps the version it was started with
 * (`extensions.durableTask.defaultVersion` in `host.json`), and is replayed by the code of that version; see
 * `docs/allocation.md`.
 *
 * @param versions the code of each, by version; an instance from before there were versions counts as the first
 */
export function byVersion(versions: Readonly<Record<string, OrchestrationHandler>>): OrchestrationHandler {
  const [first] = Object.keys(versions);
  return function* (context: OrchestrationContext) {
    const version = context.df.version || first;
    const handler = version === undefined ? undefined : versions[version];
    if (!handler) {
      const { functionName, df } = context;
      throw new Error(
        `This app has no code for version ${version} of orchestration ${functionName}; instance ${df.instanceId} was started with it.`,
      );
    }
    return yield* handler(context);
  };
}
