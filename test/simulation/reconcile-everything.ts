import type { Run } from '../../shared/contracts/reconciliation.ts';
import { isOpen } from '../../shared/domain/open-run.ts';
import { requestRun } from '../../shared/reconciliation/request-run.ts';
import type { Cloud } from './cloud/cloud.ts';
import { Violation } from './invariants/violation.ts';
import type { World } from './world.ts';

/** A run ends within this time when nothing goes wrong. */
const ENDS_WITHIN_MS = 30 * 60_000;
const LOOK_MS = 1_000;

/**
 * Has everything compared, as somebody does who asks for it, and waits until that is done.
 *
 * @throws {Violation} when it does not end, or not well
 */
export async function reconcileEverything(world: World, cloud: Cloud): Promise<Run> {
  const deadline = world.now() + ENDS_WITHIN_MS;
  let ended: Run | undefined;
  world.spawn(async () => {
    const runId = await askForEverything(world, cloud);
    const look = async () => {
      const run = await cloud.runs.run(runId);
      if (run && !isOpen(run)) ended = run;
      else world.schedule(LOOK_MS, 'somebody looks whether the run has ended', () => world.spawn(look));
    };
    await look();
  });
  await world.run(() => ended !== undefined || world.now() > deadline);
  if (ended?.status === 'completed') return ended;
  throw new Violation(
    'A run of the reconciliation ends well',
    ended?.problem?.detail ?? 'it does not end',
    [],
  );
}

/** @param acceptRestore whether the older figures of a restored WMS are to be taken */
export async function askForEverything(world: World, cloud: Cloud, acceptRestore = false): Promise<string> {
  for (;;) {
    const api = cloud.api();
    if (!api) {
      await new Promise<void>((resolve) => world.schedule(LOOK_MS, 'nobody answers', resolve));
      continue;
    }
    const { orchestrations, runtime } = api.ports;
    return (await requestRun({ mode: 'full', acceptRestore }, { store: cloud.runs, orchestrations, runtime }))
      .runId;
  }
}
