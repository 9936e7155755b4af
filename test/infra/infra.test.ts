import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { BUCKET_SUFFIX } from '../../shared/telemetry/histogram-buckets.ts';
import { INSTRUMENTS } from '../../shared/telemetry/metrics.ts';
import { created } from './agreement/created.ts';
import { BUILT_IN_ROLES, grantedRoles } from './agreement/roles.ts';
import { anchorsOf, runbookProblem } from './agreement/runbooks.ts';
import { propertyAt } from './bicep/value.ts';
import { describeFindings } from './finding.ts';
import { deployments, everything, findings, jsonOf, textOf, types, UNTYPED } from './real-infra.ts';

describe('The Bicep of infra/', () => {
  test('parses, refers to what is there, and lets nobody in by a key', () => {
    expect(describeFindings(findings)).toEqual([]);
  });

  test.skipIf(!types)(
    'was held against the published types of its resources, but for those that are named',
    () => {
      const all = deployments.flatMap(({ resources }) => resources);
      const untyped = new Set(
        all
          .map(({ type, apiVersion }) => `${type}@${apiVersion}`)
          .filter((one) => {
            const [type = '', version = ''] = one.split('@');
            return !types?.find(type, version);
          }),
      );
      expect([...untyped].sort()).toEqual(UNTYPED.toSorted());
    },
  );

  test('deploys every alert, and every resource, when all is switched on', () => {
    const off = everything.resources.filter(
      ({ isDeployed, symbol }) => isDeployed === false && symbol !== 'adapterTrust',
    );
    expect(off.map(({ file, symbol }) => `${file} ${symbol}`)).toEqual([
      'infra/app/wms-path.bicep expressRouteConnection',
    ]);
  });
});

/**
 * What a site on the Flex Consumption plan must not have (error 51021, by now in most regions):
 * https://learn.microsoft.com/azure/azure-functions/functions-app-settings#flex-consumption-plan-deprecations
 */
const REFUSED_BY_FLEX = [
  ...['alwaysOn', 'ftpsState', 'linuxFxVersion', 'windowsFxVersion', 'use32BitWorkerProcess'],
  ...['javaVersion', 'netFrameworkVersion', 'powerShellVersion'],
  ...['functionAppScaleLimit', 'functionsRuntimeScaleMonitoringEnabled', 'preWarmedInstanceCount'],
  ...['containerSize', 'isReserved', 'isXenon', 'vnetRouteAllEnabled'],
  ...['vnetBackupRestoreEnabled', 'vnetContentShareEnabled', 'vnetImagePullEnabled'],
];

test('The app sets no property of a site that Flex Consumption refuses', () => {
  const set = deployments.flatMap((deployment) =>
    created(deployment, 'Microsoft.Web/sites').flatMap(({ fields }) =>
      [['properties'], ['properties', 'siteConfig']].flatMap((path) =>
        Object.keys(propertyAt(fields, ...path) ?? {}),
      ),
    ),
  );
  expect(set).toContain('minTlsVersion');
  expect(set.filter((name) => REFUSED_BY_FLEX.includes(name))).toEqual([]);
});

test('Calls go out by a gateway that takes a subnet of the app, with an address of its kind', () => {
  const kinds = ['natGateways', 'publicIPAddresses'].map((type) =>
    created(everything, `Microsoft.Network/${type}`)
      .filter(({ file }) => file.endsWith('/network.bicep'))
      .map(({ fields }) => propertyAt(fields, 'sku', 'name')),
  );
  // StandardV2 spans the zones, but is not attached to subnets that are delegated to Microsoft.App.
  expect(kinds).toEqual([['Standard'], ['Standard']]);
});

test('Who deploys is told which providers the subscription needs, the one of the delegated subnet too', () => {
  const used = deployments.flatMap(({ resources }) => resources.map(({ type }) => type.split('/')[0] ?? ''));
  const [, told = ''] =
    /^for provider in (.+); do az provider register/m.exec(textOf(DEPLOY_PAGE) ?? '') ?? [];
  const needed = new Set([...used, 'Microsoft.App']);
  // Every subscription has it.
  needed.delete('Microsoft.Authorization');
  expect(new Set(told.split(' ').map((name) => `Microsoft.${name}`))).toEqual(needed);
});

const DEPLOY_PAGE = 'docs/operations/deploy.md';

describe('Roles', () => {
  test('of people and of other systems change nothing on the bus', () => {
    const ofOthers = grantedRoles(everything).filter((one) =>
      /^(operators|an-oms): Azure Service Bus/.test(one),
    );
    expect(ofOthers.filter((one) => !one.includes('Data Receiver'))).toEqual([]);
    expect(ofOthers.filter((one) => one.startsWith('an-oms'))).toEqual([
      'an-oms: Azure Service Bus Data Receiver on subscriptions atp-changes/oms',
    ]);
  });

  test('are those whose ids Azure has', () => {
    const ids = Object.values(z.record(z.string(), z.guid()).parse(jsonOf('infra/app/roles.json')));
    expect(ids.filter((id) => !BUILT_IN_ROLES[id])).toEqual([]);
  });
});

describe('Alerts', () => {
  const alerts = [
    ...created(everything, 'Microsoft.Insights/scheduledQueryRules'),
    ...created(everything, 'Microsoft.Insights/metricAlerts'),
  ];
  const runbooks = alerts.map((alert) => {
    const actions = propertyAt(alert.fields, 'properties', 'actions');
    const rule = Array.isArray(actions)
      ? propertyAt(actions[0], 'webHookProperties')
      : propertyAt(actions, 'customProperties');
    return String(propertyAt(rule, 'runbook'));
  });

  test('name a runbook each, which is there', () => {
    expect(runbooks.length).toBeGreaterThan(20);
    expect(runbooks.map((link) => runbookProblem(link, textOf)).filter(Boolean)).toEqual([]);
  });

  test('have every section of the page of alerts', () => {
    const sections = anchorsOf(textOf('docs/operations/alerts.md') ?? '').slice(1);
    const used = runbooks.map((link) => link.split('#')[1] ?? '');
    expect(sections.filter((section) => !used.includes(section))).toEqual([]);
  });

  test('and the workbook look at metrics that code reports', () => {
    const reported: readonly string[] = [
      ...Object.values(INSTRUMENTS).map(({ name }) => name),
      `${INSTRUMENTS.latency.name}${BUCKET_SUFFIX}`,
    ];
    const texts = ['infra/monitoring/alerts.json', 'infra/monitoring/workbook.json'].map(
      (file) => textOf(file) ?? '',
    );
    const asked = texts.flatMap((text) =>
      [...text.matchAll(/'(stockbridge\.[a-z_.]+)'/g)].map(([, name = '']) => name),
    );
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((name) => !reported.includes(name))).toEqual([]);
  });
});

describe('The workbook', () => {
  const workbookSchema = z.object({
    items: z.array(z.object({ name: z.string(), content: z.looseObject({ title: z.string().optional() }) })),
  });

  /** What the console's page Now shows, and where the workbook has it. */
  const SHOWN: Readonly<Record<string, string>> = {
    Events: 'events',
    'Scan to visible, half within': 'latency',
    'Scan to visible, 99 % within': 'latency',
    'Open investigations': 'open-investigations',
    'Parked and dead-lettered': 'parked',
    Backorders: 'open-lines',
    'Backlog by subscription': 'backlog-age',
    'Allocations by state': 'open-lines',
    'Accuracy by warehouse': 'accuracy',
    // Each part that does not answer is an alert.
    Parts: 'errors',
  };

  test('has what the console shows of how the fabric is', () => {
    const texts = ['now-page', 'figure-tiles'].map(
      (file) => textOf(`apps/console/app/now/${file}.tsx`) ?? '',
    );
    const shown = texts.flatMap((text) =>
      [...text.matchAll(/<(?:Tile|Panel)\s+(?:name|title)="([^"]+)"/g)].map(([, name = '']) => name),
    );
    expect(new Set(shown)).toEqual(new Set(Object.keys(SHOWN)));
    const items = workbookSchema.parse(jsonOf('infra/monitoring/workbook.json')).items;
    const titled = items.filter(({ content }) => content.title).map(({ name }) => name);
    expect(Object.values(SHOWN).filter((name) => !titled.includes(name))).toEqual([]);
  });
});

if (!types) console.log('../shared/data/arm-types is not there: the types of resources are not checked.');
