import { useState } from 'preact/hooks';
import { callApi } from '../api.ts';
import { Action } from '../parts/action.tsx';
import { Select } from '../parts/select.tsx';
import { go } from '../router.ts';

const MODES = [
  ['delta', 'what changed since the last run'],
  ['full', 'everything'],
] as const;

/** Has both sides compared now. */
export function StartRun() {
  const [mode, setMode] = useState('delta');
  const [warehouseId, setWarehouse] = useState('');
  const act = async () => {
    const body = { mode, ...(warehouseId.trim() && { warehouseId: warehouseId.trim() }) };
    const { runId } = await callApi<{ runId: string }>('reconciliation/runs', { method: 'POST', body });
    go(['reconciliation', 'runs', runId]);
    return 'It is on its way.';
  };
  return (
    <Action least="controller" name="Reconcile now" act={act}>
      <div class="row">
        <Select label="What" value={mode} options={MODES} onChoose={setMode} />
        <label>
          Warehouse{' '}
          <input
            value={warehouseId}
            placeholder="all"
            size={10}
            maxLength={64}
            onInput={({ currentTarget }) => setWarehouse(currentTarget.value)}
          />
        </label>
      </div>
    </Action>
  );
}
