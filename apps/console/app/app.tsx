import { ItemPage } from './item/item-page.tsx';
import { ItemsPage } from './item/items-page.tsx';
import { ActionsPage } from './messages/actions-page.tsx';
import { MessagesPage } from './messages/messages-page.tsx';
import { NowPage } from './now/now-page.tsx';
import { OrderPage } from './order/order-page.tsx';
import { OrdersPage } from './order/orders-page.tsx';
import { Page } from './parts/page.tsx';
import { TellsDefect } from './parts/tells-defect.tsx';
import { DiscrepanciesPage } from './reconciliation/discrepancies-page.tsx';
import { InvestigationPage } from './reconciliation/investigation-page.tsx';
import { InvestigationsPage } from './reconciliation/investigations-page.tsx';
import { ReconciliationPage } from './reconciliation/reconciliation-page.tsx';
import { RunPage } from './reconciliation/run-page.tsx';
import { addressOf, type Place, place } from './router.ts';
import { holder, session, signOut, way } from './session.ts';
import { SignIn } from './sign-in.tsx';
import { THEMES, theme } from './theme.ts';
import { TracesPage } from './traces/traces-page.tsx';

const SECTIONS = [
  { name: 'Now', segments: [] },
  { name: 'Items', segments: ['items'] },
  { name: 'Orders', segments: ['orders'] },
  { name: 'Reconciliation', segments: ['reconciliation'] },
  { name: 'Investigations', segments: ['investigations'] },
  { name: 'Messages', segments: ['messages'] },
  { name: 'Action log', segments: ['actions'] },
] as const;

/** What stands around every page, and the page. */
export function App() {
  const isSignedIn = session.value.kind === 'signed-in';
  return (
    <>
      <a class="skip" href="#main">
        To the page
      </a>
      <header class="top">
        <a class="brand" href={addressOf([])}>
          Stockbridge
        </a>
        <nav aria-label="Pages">
          <ul>
            {SECTIONS.map(({ name, segments }) => (
              <li key={name}>
                <a
                  href={addressOf(segments)}
                  aria-current={place.value.segments[0] === segments[0] ? 'page' : undefined}
                >
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <ThemeChoice />
        <Who />
      </header>
      <main id="main">
        {holder.value && (
          // Hidden while its session is over, with what was typed into it.
          <div class="page" hidden={!isSignedIn} key={JSON.stringify(holder.value)}>
            <TellsDefect>{pageOf(place.value)}</TellsDefect>
          </div>
        )}
        {!isSignedIn && <SignIn />}
      </main>
    </>
  );
}

function pageOf({ segments, query }: Place) {
  const [section, id, ...more] = segments;
  const [below, last] = more;
  const isDeep = more.length > 0;
  if (section === undefined) return <NowPage minutes={query.get('minutes')} />;
  if (section === 'items' && id === undefined) return <ItemsPage />;
  if (section === 'items' && id !== undefined && !isDeep)
    return <ItemPage itemId={id} query={query} key={id} />;
  if (section === 'orders' && id === undefined) return <OrdersPage />;
  if (section === 'orders' && id !== undefined && !isDeep) return <OrderPage orderId={id} key={id} />;
  if (section === 'reconciliation' && id === undefined) return <ReconciliationPage query={query} />;
  if (section === 'reconciliation' && id === 'discrepancies' && !isDeep)
    return <DiscrepanciesPage query={query} />;
  if (section === 'reconciliation' && id === 'runs' && below !== undefined && last === undefined)
    return <RunPage runId={below} query={query} key={below} />;
  if (section === 'investigations' && id === undefined) return <InvestigationsPage query={query} />;
  if (section === 'investigations' && id !== undefined && !isDeep)
    return <InvestigationPage investigationId={id} key={id} />;
  if (section === 'messages' && id === undefined) return <MessagesPage query={query} />;
  if (section === 'traces' && id !== undefined && !isDeep) return <TracesPage id={id} key={id} />;
  if (section === 'actions' && id === undefined) return <ActionsPage />;
  return (
    <Page title="No such page">
      <p class="empty">
        Nothing stands under this address. <a href={addressOf([])}>See how the fabric is now</a>.
      </p>
    </Page>
  );
}

function ThemeChoice() {
  return (
    <label class="theme">
      <span class="unseen">Colours</span>
      <select
        value={theme.value}
        onChange={({ currentTarget }) => {
          theme.value = THEMES.find((known) => known === currentTarget.value) ?? 'system';
        }}
      >
        <option value="system">System</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}

function Who() {
  if (session.value.kind !== 'signed-in') return null;
  const { name, role } = session.value.person;
  return (
    <div class="who">
      <span>
        {name}, {role}
      </span>
      <button type="button" class="button button--small" onClick={signOut}>
        {way.value === 'development' ? 'Be somebody else' : 'Sign out'}
      </button>
    </div>
  );
}
