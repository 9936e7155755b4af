import { lotNumberSchema, scannerIdSchema } from '../../../shared/contracts/identifiers.ts';
import { badgeSchema } from '../../../shared/contracts/sign-in.ts';
import type { MasterDataStore } from './device-store.ts';
import { readElementString, withoutSymbology } from './element-string.ts';
import type { CodeMeaning, DeviceCard } from './scanner-device.ts';

/** Longer codes mean nothing here, and are not looked up. */
const LONGEST_CODE = 512;

/**
 * All that a code can mean: an item by id, bar code or GTIN, a location, a badge, the card of a device.
 * @param warehouseIds those of the user, whose locations come first
 * @param today `YYYY-MM-DD`
 */
export function readCode(
  scanned: string,
  store: Pick<MasterDataStore, 'itemsOfCode' | 'placesOf'>,
  warehouseIds: readonly string[],
  today: string,
): CodeMeaning {
  const code = scanned.trim();
  if (code === '' || code.length > LONGEST_CODE) return { code, items: [], locations: [] };
  const deviceCard = readDeviceCard(code);
  if (deviceCard) return { code, items: [], locations: [], deviceCard };
  const elements = readElementString(code, today);
  const plain = withoutSymbology(code);
  const { gtin, lotNumber, ...rest } = elements ?? {};
  const codes = gtin === undefined ? [plain] : [plain, gtin];
  const items = codes.flatMap((one) => store.itemsOfCode(one));
  const places = store.placesOf(plain);
  const isMine = ({ warehouseId }: { warehouseId: string }) => warehouseIds.includes(warehouseId);
  return {
    code,
    items: [...new Map(items.map((item) => [item.itemId, item])).values()],
    locations: [...places.filter(isMine), ...places.filter((place) => !isMine(place))],
    ...(elements === undefined && badgeSchema.safeParse(plain).success && { badge: plain }),
    ...(lotNumber !== undefined && lotNumberSchema.safeParse(lotNumber).success && { lotNumber }),
    ...rest,
  };
}

/** `stockbridge:device?id=SCANNER-08&key=sbk_…`, as the QR code that a device is enrolled with has it. */
function readDeviceCard(code: string): DeviceCard | undefined {
  const [, query] = /^(?:\]Q[0-9])?stockbridge:device\?(.*)$/.exec(code) ?? [];
  if (query === undefined) return undefined;
  const values = new URLSearchParams(query);
  const scannerId = scannerIdSchema.safeParse(values.get('id'));
  const key = values.get('key') ?? undefined;
  if (!scannerId.success || (key !== undefined && !/^[!-~]{1,256}$/.test(key))) return undefined;
  return { scannerId: scannerId.data, ...(key !== undefined && { key }) };
}
