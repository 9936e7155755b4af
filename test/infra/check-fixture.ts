import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArmTypes, openArmTypes } from './arm/types.ts';
import { filesOf } from './bicep/files.ts';
import type { Fields } from './bicep/value.ts';
import { checkBicep } from './check-bicep.ts';
import { describeFindings } from './finding.ts';

/** Types of a provider that was made up, in the form in which Azure's are published. */
const SHOP_TYPES = [
  { $type: 'StringType', minLength: 3, maxLength: 10, pattern: '^[a-z]+$' },
  {
    $type: 'ObjectType',
    name: 'Shop',
    properties: fields({
      name: [0, 1],
      id: [3, 2],
      location: [3, 1],
      kind: [5, 0],
      tags: [6, 0],
      properties: [7, 0],
    }),
  },
  {
    $type: 'ResourceType',
    name: 'Example.Shop/shops@2026-01-01',
    body: { $ref: '#/1' },
    readableScopes: 8,
    writableScopes: 8,
  },
  { $type: 'StringType' },
  { $type: 'StringLiteralType', value: 'small' },
  { $type: 'UnionType', elements: [{ $ref: '#/4' }, { $ref: '#/8' }, { $ref: '#/3' }] },
  { $type: 'ObjectType', name: 'Tags', properties: {}, additionalProperties: { $ref: '#/3' } },
  {
    $type: 'ObjectType',
    name: 'ShopProperties',
    properties: fields({ open: [9, 0], seats: [10, 0], doors: [11, 0], payment: [13, 0], address: [3, 2] }),
  },
  { $type: 'StringLiteralType', value: 'large' },
  { $type: 'BooleanType' },
  { $type: 'IntegerType', minValue: 1, maxValue: 100 },
  { $type: 'ArrayType', itemType: { $ref: '#/12' }, maxLength: 2 },
  { $type: 'ObjectType', name: 'Door', properties: fields({ width: [10, 1], label: [3, 0] }) },
  {
    $type: 'DiscriminatedObjectType',
    name: 'Payment',
    discriminator: 'type',
    baseProperties: fields({ currency: [3, 0] }),
    elements: { card: { $ref: '#/14' }, cash: { $ref: '#/15' } },
  },
  { $type: 'ObjectType', name: 'Card', properties: fields({ type: [3, 1], terminal: [3, 1] }) },
  { $type: 'ObjectType', name: 'Cash', properties: fields({ type: [3, 1], drawer: [3, 0] }) },
  { $type: 'ObjectType', name: 'Shelf', properties: fields({ name: [3, 1], properties: [6, 0] }) },
  {
    $type: 'ResourceType',
    name: 'Example.Shop/shops/shelves@2026-01-01',
    body: { $ref: '#/16' },
    readableScopes: 8,
    writableScopes: 8,
  },
  {
    $type: 'ResourceType',
    name: 'Example.Shop/stickers@2026-01-01',
    body: { $ref: '#/16' },
    readableScopes: 16,
    writableScopes: 16,
  },
];

function fields(types: Readonly<Record<string, readonly [type: number, flags: number]>>) {
  return Object.fromEntries(
    Object.entries(types).map(([name, [type, flags]]) => [name, { type: { $ref: `#/${type}` }, flags }]),
  );
}

function shopTypes(): ArmTypes | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'arm-types-'));
  writeFileSync(join(folder, 'example.shop-2026-01-01.json'), JSON.stringify(SHOP_TYPES));
  const types = openArmTypes(folder);
  types?.versionsOf('Example.Shop/shops');
  rmSync(folder, { recursive: true });
  return types;
}

const types = shopTypes();

/**
 * What is found in files that are written for a test: `line message` of `main.bicep`, and `file:line message` of others.
 *
 * @param main text of `main.bicep`
 * @param others texts of other files, by path
 */
export function findingsIn(
  main: string,
  others: Readonly<Record<string, string>> = {},
  given: Fields = {},
): string[] {
  const texts: Readonly<Record<string, string>> = { 'main.bicep': main, ...others };
  const { findings } = checkBicep({
    files: filesOf((file) => texts[file]),
    paths: Object.keys(texts).filter((file) => file.endsWith('.bicep')),
    deployed: { 'main.bicep': { test: given } },
    types,
  });
  return describeFindings(findings).map((line) => line.replace(/^main\.bicep:/, ''));
}
