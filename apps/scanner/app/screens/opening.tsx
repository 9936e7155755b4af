import type { DeviceState } from '../../worker/device-host.ts';
import { Empty, Loading } from '../parts/notice.tsx';
import { Screen } from '../parts/screen.tsx';
import { text } from '../state.ts';

export type OpeningProps = {
  readonly state: Exclude<DeviceState, { readonly kind: 'running' }>;
  readonly onTakeOver: () => void;
  readonly onTryAgain: () => void;
};

/** The device is not open in this tab: why, and what can be done. */
export function Opening({ state, onTakeOver, onTryAgain }: OpeningProps) {
  const { opening, common, app } = text.value;
  switch (state.kind) {
    case 'opening':
    case 'waiting-for-files':
      return (
        <Screen title={app} onBack={null}>
          <Loading label={state.kind === 'opening' ? opening.title : opening.waiting} />
        </Screen>
      );
    case 'elsewhere':
      return (
        <Screen
          title={app}
          onBack={null}
          actions={
            <button type="button" class="button button--primary" onClick={onTakeOver}>
              {opening.takeOver}
            </button>
          }
        >
          <Empty icon="device" title={opening.elsewhere}>
            <p>{state.wasHere ? opening.wasHere : opening.elsewhereText}</p>
          </Empty>
        </Screen>
      );
    case 'failed':
      return (
        <Screen
          title={app}
          onBack={null}
          actions={
            <button type="button" class="button button--primary" onClick={onTryAgain}>
              {common.tryAgain}
            </button>
          }
        >
          <Empty icon="trouble" title={opening.failed}>
            <p>{opening.failures[state.reason]}</p>
            <p class="small">{state.detail}</p>
          </Empty>
        </Screen>
      );
  }
}
