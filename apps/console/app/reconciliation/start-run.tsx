import { useId, useState } from 'preact/hooks';
import { callApi } from '../api.ts';
import { Action } from '../parts/action.tsx';
import { go } from '../router.ts';

/** Has both sides compared now. */
export function StartRun() {
  const [mode, setMode] = useState('delta');
  const [warehouseId, setWarehouse] = useState('');
  const id = useId();
  const act = async () => {
    const body = { mode, ...(warehouseId.trim() && { warehouseId: warehouseId.trim() }) };
    const { runId } = await callApi<{ runId: string }>('reconciliation/runs', { method: 'POST', body });
    go(['reconciliation', 'runs', runId]);
    return 'It is on its way.';
  };
  return (
    <Action least="controller" name="Reconcile now" act={act}>
      <div class="row">
        <label for={`${id}-mode`}>What</label>
        <select id={`${id}-mode`} value={mode} onChange={({ currentTarget }) => setMode(currentTarget.value)}>
          <option value="delta">what changed since the last run</option>
          <option value="full">everything</option>
        </select>
        <label for={`${id}-warehouse`}>Warehouse</label>
        <input
          id={`${id}-warehouse`}
          value={warehouseId}
          placeholder="all"
          maxLength={64}
          onInput={({ currentTarget }) => setWarehouse(currentTarget.value)}
        />
      </div>
    </Action>
  );
}
