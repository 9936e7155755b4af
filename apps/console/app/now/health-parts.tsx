import type { Health } from '../../../../shared/contracts/health.ts';
import { Notice } from '../parts/notice.tsx';
import { Status } from '../parts/status.tsx';

/** Each part that the fabric needs, and whether it answers. */
export function HealthParts({ health: { status, parts, missing } }: { health: Health }) {
  return (
    <>
      {status !== 'ready' && (
        <Notice kind="bad">
          Not ready: {missing.join(', ')} {missing.length === 1 ? 'does' : 'do'} not answer.
        </Notice>
      )}
      <ul class="parts">
        {Object.entries(parts).map(([name, state]) => (
          <li key={name}>
            <span>{name}</span> <Status state={state} />
          </li>
        ))}
      </ul>
    </>
  );
}
