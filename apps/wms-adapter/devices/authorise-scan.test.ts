import { expect, test } from 'vitest';
import { authoriseScan } from './authorise-scan.ts';

const device = { scannerId: 'SCANNER-08', warehouseIds: ['WH-001', 'WH-003'] };
const user = { isActive: true, warehouseIds: ['WH-001'] };
const scan = { scannerId: 'SCANNER-08', warehouseId: 'WH-001', userId: 'ann' };

test.each([
  ['its own scan in its warehouse by a user of it', user, scan, []],
  [
    'a scan of another device',
    user,
    { ...scan, scannerId: 'SCANNER-09' },
    ['/scannerId other-device SCANNER-08: the key is that of SCANNER-08, not of SCANNER-09'],
  ],
  [
    'the same name in other letters',
    user,
    { ...scan, scannerId: 'scanner-08' },
    ['/scannerId other-device SCANNER-08: the key is that of SCANNER-08, not of scanner-08'],
  ],
  [
    'a warehouse that is not its own',
    { ...user, warehouseIds: ['WH-002'] },
    { ...scan, warehouseId: 'WH-002' },
    [
      '/warehouseId device-elsewhere WH-001 WH-003: device SCANNER-08 belongs to WH-001, WH-003, not to WH-002',
    ],
  ],
  ['an unknown user', undefined, scan, ['/userId unknown-user: there is no user ann']],
  [
    'a user who has left',
    { ...user, isActive: false },
    scan,
    ['/userId inactive-user: user ann is not active any more'],
  ],
  [
    'a user of another of its warehouses',
    user,
    { ...scan, warehouseId: 'WH-003' },
    ['/userId user-elsewhere WH-001: user ann works in WH-001, not in WH-003'],
  ],
  [
    'everything wrong at once',
    undefined,
    { scannerId: 'SCANNER-09', warehouseId: 'WH-002', userId: 'bob' },
    [
      '/scannerId other-device SCANNER-08: the key is that of SCANNER-08, not of SCANNER-09',
      '/warehouseId device-elsewhere WH-001 WH-003: device SCANNER-08 belongs to WH-001, WH-003, not to WH-002',
      '/userId unknown-user: there is no user bob',
    ],
  ],
] as const)('Of a device, %s is told what is wrong with it', (_what, who, what, expected) => {
  const errors = authoriseScan(device, who && { ...who, warehouseIds: [...who.warehouseIds] }, what);
  const told = errors.map(
    ({ pointer, detail, code, belongsTo = [] }) => `${[pointer, code, ...belongsTo].join(' ')}: ${detail}`,
  );
  expect(told).toEqual(expected);
});
