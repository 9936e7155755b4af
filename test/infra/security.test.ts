import { expect, test } from 'vitest';
import { filesOf } from './bicep/files.ts';
import { deploy } from './deployment.ts';
import { describeFindings } from './finding.ts';
import { securityFindings } from './security.ts';

const found = (properties: string, parameters = '') => {
  const text = `${parameters}resource bus 'Microsoft.ServiceBus/namespaces@2026-01-01' = {\n  name: 'bus'\n  properties: ${properties}\n}\n`;
  return describeFindings(
    securityFindings(deploy('main.bicep', {}, { files: filesOf(() => text), types: undefined })),
  );
};

const CLOSED = 'Microsoft.ServiceBus/namespaces: properties.disableLocalAuth has to be true';

test.each([
  ['is told to', "{ minimumTlsVersion: '1.2', disableLocalAuth: false }", [`main.bicep:1 ${CLOSED}`]],
  ['is told nothing', "{ minimumTlsVersion: '1.2' }", [`main.bicep:1 ${CLOSED}`]],
  ['is closed', "{ minimumTlsVersion: '1.2', disableLocalAuth: true }", []],
])('A resource lets keys in unless it is closed: one that %s', (_what, properties, expected) => {
  expect(found(properties)).toEqual(expected);
});

test('One that a parameter may open is not closed', () => {
  const properties = "{ minimumTlsVersion: '1.2', disableLocalAuth: isClosed }";
  expect(found(properties, 'param isClosed bool\n')).toEqual([`main.bicep:2 ${CLOSED}`]);
});
