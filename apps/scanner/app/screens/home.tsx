import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useScanTarget } from '../input/scan-target.ts';
import { open, type Screen as ScreenName } from '../navigation.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { Notice } from '../parts/notice.tsx';
import { OpenButton } from '../parts/open-button.tsx';
import { Screen } from '../parts/screen.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { formats, now, prefer, status, text, version, warehouseId, warehouseIds } from '../state.ts';
import { openRecounts } from './recount-rows.tsx';
import { forgetTaskLists, recountList } from './task-lists.ts';

/** Milliseconds between two looks at what is asked to be counted, while the screen is shown. */
const REFRESH_MS = 60_000;

/** What can be done, as big as it gets. */
export function Home({ onUpdate }: { readonly onUpdate: () => void }) {
  const { home, banner, recount } = text.value;
  const isChoosing = useSignal(false);
  useScanTarget(({ code }) => {
    open({ kind: 'stock', code });
    return 'taken';
  });
  const refresh = useComputed(() => Math.floor(now.value / REFRESH_MS)).value;
  const connection = status.value?.connection;
  useEffect(() => void recountList.load(warehouseId.value), [warehouseId.value, refresh, connection]);
  const wanted = openRecounts().length;
  const red = status.value?.counts.refused ?? 0;
  const waiting = red + (status.value?.counts.queued ?? 0);
  const tiles: readonly (readonly [IconName, string, ScreenName])[] = [
    ['receive', home.receive, { kind: 'receive' }],
    ['pick', home.pick, { kind: 'pick' }],
    ['move', home.move, { kind: 'move' }],
    ['count', home.count, { kind: 'count' }],
    ['adjust', home.adjust, { kind: 'adjust' }],
    ['stock', home.stock, { kind: 'stock' }],
  ];
  return (
    <Screen
      title={home.title}
      subtitle={home.warehouse(warehouseId.value)}
      onBack={null}
      extra={
        <button
          type="button"
          class="icon-button"
          aria-label={home.settings}
          onClick={() => open({ kind: 'settings' })}
        >
          <Icon name="settings" />
        </button>
      }
      actions={
        <div class="pair">
          {warehouseIds.value.length > 1 && <OpenButton label={warehouseId.value} isOpen={isChoosing} />}
          <button type="button" class="button" onClick={() => open({ kind: 'queue' })}>
            <Icon name="queue" />
            {home.queue}
            {waiting > 0 && ` · ${formats.value.number(waiting)}`}
          </button>
        </div>
      }
    >
      {version.value === 'ready' && (
        <Notice icon="refresh">
          <p>{banner.newVersion}</p>
          <button type="button" class="button button--small" onClick={onUpdate}>
            {banner.update}
          </button>
        </Notice>
      )}
      {red > 0 && (
        <button type="button" class="attention" onClick={() => open({ kind: 'queue', state: 'refused' })}>
          <StateMark state="refused" />
          <span>{banner.red(red)}</span>
          <Icon name="chevron" />
        </button>
      )}
      <ul class="tiles">
        {tiles.map(([icon, label, screen]) => (
          <li key={screen.kind}>
            <button type="button" class="tile" onClick={() => open(screen)}>
              <Icon name={icon} />
              {label}
              {screen.kind === 'count' && wanted > 0 && (
                <span class="tile__wanted">
                  {formats.value.number(wanted)}
                  <span class="unseen"> {recount.wantedUnit(wanted)}</span>
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
      <p class="hint">{home.scanHint}</p>
      {isChoosing.value && (
        <Sheet
          title={home.changeWarehouse}
          onClose={() => {
            isChoosing.value = false;
          }}
        >
          <ul class="choices">
            {warehouseIds.value.map((id) => (
              <li key={id}>
                <button
                  type="button"
                  class="choice"
                  aria-pressed={id === warehouseId.value}
                  onClick={() => {
                    prefer({ warehouseId: id });
                    forgetTaskLists();
                    isChoosing.value = false;
                  }}
                >
                  {home.warehouse(id)}
                </button>
              </li>
            ))}
          </ul>
        </Sheet>
      )}
    </Screen>
  );
}
