import { z } from 'zod';
import { itemSchema } from '../../../shared/contracts/master-data.ts';
import { pickTaskSchema } from '../../../shared/contracts/pick-list.ts';
import { recountTaskSchema } from '../../../shared/contracts/recount-task.ts';
import type { DeviceStore } from './device-store.ts';
import { toBePicked } from './known-stock.ts';
import { ifThereIsRoom } from './making-room.ts';
import type { ScannerDevice } from './scanner-device.ts';
import type { Scanning } from './scanning.ts';
import type { TrustedTime } from './trusted-time.ts';

/** Milliseconds for which a form is kept: a working day, as long as a sign-in lasts. */
const KEPT_MS = 12 * 3_600_000;

export type KeptFormsParts = {
  readonly store: DeviceStore;
  readonly time: Pick<TrustedTime, 'now'>;
  readonly scanning: Pick<Scanning, 'learn'>;
};

/** What somebody has entered and not saved yet, over the end of the app. It goes with who signs out or in ({@link DeviceStore}). */
export function keptForms({
  store,
  time,
  scanning,
}: KeptFormsParts): Pick<ScannerDevice, 'keepForm' | 'keptForm'> {
  async function keepForm(form: KeptForm | undefined): Promise<void> {
    const isToBeWritten = form === undefined ? store.form() !== undefined : store.session() !== undefined;
    if (!isToBeWritten) return;
    ifThereIsRoom(() => store.putForm(form && { form, keptAt: time.now() }));
  }

  return {
    keepForm,
    async keptForm() {
      const { data } = storedSchema.safeParse(store.form());
      const isFresh = data !== undefined && time.now() - data.keptAt <= KEPT_MS;
      if (!isFresh || !isStillToBeSaved(store, data.form)) {
        await keepForm(undefined);
        return undefined;
      }
      const { form } = data;
      const item = form.draft.item && store.item(form.draft.item.itemId);
      if (item === undefined) return form;
      const { lotNumber, expiresOn } = form.draft;
      // What its label said is known again, too.
      if (expiresOn !== undefined)
        scanning.learn({
          code: '',
          items: [item],
          locations: [],
          expiresOn,
          ...(lotNumber && { lotNumber }),
        });
      return { ...form, draft: { ...form.draft, item } };
    },
  };
}

/** It was not saved before the app ended, and what it is about is there still. */
function isStillToBeSaved(
  store: DeviceStore,
  { transactionId, warehouseId, draft, screen }: KeptForm,
): boolean {
  if (store.scan(transactionId) !== undefined) return false;
  if (store.session()?.warehouseIds.includes(warehouseId) !== true) return false;
  if (draft.item && store.item(draft.item.itemId) === undefined) return false;
  const places = [draft.locationId, draft.toLocationId].filter((place) => place !== undefined);
  if (!places.every((locationId) => store.hasLocation({ warehouseId, locationId }))) return false;
  if (screen.kind !== 'pick-line') return true;
  // Of a line that was picked in part meanwhile nothing is filled in.
  const { allocationId, open } = screen.task;
  return toBePicked(store, warehouseId).some(
    (task) => task.allocationId === allocationId && task.open === open,
  );
}

const lockSchema = z.object({ lockId: z.string(), until: z.string() });

/** Which screen it is of, with what that knows besides. */
const screenSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('receive') }),
  z.object({ kind: z.literal('move') }),
  z.object({
    kind: z.literal('adjust'),
    sign: z.literal([1, -1]),
    reason: z.string().exactOptional(),
  }),
  z.object({
    kind: z.literal('pick-line'),
    task: pickTaskSchema.omit({ priority: true, orderedAt: true }),
  }),
  z.object({ kind: z.literal('count'), lock: lockSchema.exactOptional() }),
  z.object({
    kind: z.literal('recount'),
    tasks: z.array(recountTaskSchema.omit({ positionId: true })).readonly(),
    lock: lockSchema.exactOptional(),
  }),
]);

const formSchema = z.object({
  /** Of the scan that it is to become. */
  transactionId: z.string(),
  warehouseId: z.string(),
  screen: screenSchema,
  draft: z.object({
    locationId: z.string().exactOptional(),
    item: itemSchema.exactOptional(),
    lotNumber: z.string().nullable().exactOptional(),
    isOnlyLot: z.boolean().exactOptional(),
    expiresOn: z.string().exactOptional(),
    quantity: z.number().exactOptional(),
    scanned: z.number().exactOptional(),
    toLocationId: z.string().exactOptional(),
  }),
});

/** Another version of the app may have written it. */
const storedSchema = z.object({ form: formSchema, keptAt: z.number() });

/** What somebody has entered into the form of a task and not saved yet. Quantities are pieces. */
export type KeptForm = z.infer<typeof formSchema>;
