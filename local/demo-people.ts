import { patientCall } from './replay/patient-call.ts';
import { WAREHOUSES } from './replay/warehouse-layout.ts';

const PIN = '2468';

/** Who can sign in on the laptop's scanner. Their PIN is no secret: the laptop's adapter takes calls of its own machine only. */
const PEOPLE = [
  { userId: 'demo-worker', name: 'Wanda', role: 'worker', badge: 'DEMO-WORKER' },
  { userId: 'demo-supervisor', name: 'Sam', role: 'supervisor', badge: 'DEMO-SUPERVISOR' },
];

/** How to sign in. */
export const DEMO_SIGN_IN = `badge ${PEOPLE.map(({ badge }) => badge).join(' or ')}, PIN ${PIN}`;

/**
 * Has the adapter know a worker and a supervisor of all warehouses. Who is known stays as they are.
 *
 * @param adapterUrl base address, such as `http://127.0.0.1:7080`
 */
export async function addDemoPeople(adapterUrl: string): Promise<void> {
  const call = patientCall({ url: `${adapterUrl}/api/v1`, who: 'the adapter' });
  const { users } = await call<{ users: { userId: string }[] }>('GET', '/users?after=demo&limit=5000');
  const known = new Set(users.map(({ userId }) => userId));
  for (const { userId, ...details } of PEOPLE.filter((person) => !known.has(person.userId))) {
    await call('PUT', `/users/${userId}`, { ...details, warehouseIds: WAREHOUSES, pin: PIN });
  }
}
