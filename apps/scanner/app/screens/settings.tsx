import { useSignal } from '@preact/signals';
import type { DeviceStatus } from '../../core/scanner-device.ts';
import { accepted } from '../feedback.ts';
import { Choice } from '../parts/choice.tsx';
import { Icon } from '../parts/icon.tsx';
import { OpenButton } from '../parts/open-button.tsx';
import { Screen } from '../parts/screen.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { formats, language, now, prefer, preferences, said, status, text } from '../state.ts';
import { de } from '../text/de.ts';
import { en } from '../text/en.ts';
import { troubleWords } from '../text/server-words.ts';
import { SetUp } from './set-up.tsx';

/** How the device talks, what it keeps, and handing it over. */
export function Settings({ onSignOut }: { readonly onSignOut: () => void }) {
  const { settings } = text.value;
  const isHandingOver = useSignal(false);
  const isSettingUp = useSignal(false);
  if (isSettingUp.value)
    return (
      <SetUp
        onBack={() => {
          isSettingUp.value = false;
        }}
      />
    );
  const told = status.value;
  return (
    <Screen
      title={settings.title}
      actions={
        <button
          type="button"
          class="button button--primary"
          onClick={() => {
            isHandingOver.value = true;
          }}
        >
          <Icon name="user" />
          {settings.handOver}
        </button>
      }
    >
      <Choice
        name="language"
        label={settings.language}
        value={language.value}
        options={[
          ['en', en.language],
          ['de', de.language],
        ]}
        onChange={(chosen) => prefer({ language: chosen })}
      />
      <Choice
        name="theme"
        label={settings.theme}
        value={preferences.value.theme}
        options={[
          ['system', settings.themes.system],
          ['bright', settings.themes.bright],
          ['dark', settings.themes.dark],
        ]}
        onChange={(theme) => prefer({ theme })}
      />
      <Switch
        name="sound"
        label={settings.sound}
        isOn={preferences.value.sound}
        onChange={(sound) => {
          prefer({ sound });
          accepted(`${settings.sound}: ${sound ? settings.on : settings.off}`);
        }}
      />
      <Switch
        name="vibration"
        label={settings.vibration}
        isOn={preferences.value.vibration}
        onChange={(vibration) => {
          prefer({ vibration });
          accepted(`${settings.vibration}: ${vibration ? settings.on : settings.off}`);
        }}
      />
      {told && <DeviceFacts told={told} />}
      <OpenButton label={settings.setUpAnew} isOpen={isSettingUp} />
      {isHandingOver.value && (
        <Sheet
          title={settings.handOver}
          onClose={() => {
            isHandingOver.value = false;
          }}
        >
          <p>{settings.handOverText}</p>
          {told !== undefined && told.counts.queued > 0 && (
            <p>{settings.handOverQueue(told.counts.queued)}</p>
          )}
          {told !== undefined && told.counts.refused > 0 && (
            <p>{settings.handOverRed(told.counts.refused)}</p>
          )}
          <button type="button" class="button button--primary" onClick={onSignOut}>
            {settings.signOut}
          </button>
        </Sheet>
      )}
    </Screen>
  );
}

function Switch({
  name,
  label,
  isOn,
  onChange,
}: {
  readonly name: string;
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}) {
  const { on, off } = text.value.settings;
  return (
    <Choice
      name={name}
      label={label}
      value={isOn ? 'on' : 'off'}
      options={[
        ['on', on],
        ['off', off],
      ]}
      onChange={(value) => onChange(value === 'on')}
    />
  );
}

function DeviceFacts({ told }: { readonly told: DeviceStatus }) {
  const { settings } = text.value;
  const { moment, megabytes, number } = formats.value;
  const { device, user, storage, masterData, clockOffsetMs, lastError } = told;
  const rows: readonly (readonly [string, readonly (string | undefined)[]])[] = [
    [settings.device, [device?.scannerId]],
    [settings.warehouses, [device?.warehouseIds.join(', ')]],
    [
      settings.user,
      [
        user && `${user.name}, ${settings.roles[user.role]}`,
        user && settings.validUntil(moment(user.validUntil, now.value)),
      ],
    ],
    [
      settings.storage,
      storage
        ? [
            settings.used(megabytes(storage.usedBytes), megabytes(storage.quotaBytes)),
            storage.isPersistent ? settings.persistent : settings.notPersistent,
          ]
        : [settings.unknownStorage],
    ],
    [
      settings.masterData,
      [
        settings.items(masterData.items),
        settings.locations(masterData.locations),
        masterData.syncedAt && settings.loaded(moment(masterData.syncedAt, now.value)),
      ],
    ],
    [
      settings.clock,
      [
        clockOffsetMs === undefined
          ? settings.clockUnknown
          : settings.clockOff(number(Math.round(Math.abs(clockOffsetMs) / 1000))),
      ],
    ],
    [settings.lastError, [lastError && troubleWords(said.value, lastError)]],
  ];
  return (
    <dl class="facts">
      {rows
        .filter(([, lines]) => lines.some((line) => line !== undefined))
        .map(([name, lines]) => (
          <div key={name}>
            <dt>{name}</dt>
            {lines.map((line) => line !== undefined && <dd key={line}>{line}</dd>)}
          </div>
        ))}
    </dl>
  );
}
