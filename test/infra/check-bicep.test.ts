import { describe, expect, test } from 'vitest';
import { findingsIn } from './check-fixture.ts';

const SHOP = "resource shop 'Example.Shop/shops@2026-01-01' = {\n  name: 'corner'\n  location: 'here'\n";
/** A shop with more properties; they begin on line 4. */
const shop = (lines: string) => `${SHOP}${lines === '' ? '' : `${lines}\n`}}\n`;
const shopWith = (properties: string) => shop(`  properties: {\n${properties}\n  }`);

describe('Bicep that is right', () => {
  test.each<[string, string, Record<string, string>?]>([
    ['a resource', shop("  kind: 'small'\n  tags: { a: 'b' }")],
    [
      'a resource as its type wants it',
      shopWith(
        "    open: true\n    seats: 3\n    doors: [{ width: 2 }]\n    payment: { type: 'card', terminal: 't' }",
      ),
    ],
    [
      'a condition, and a loop with it',
      "param many int\nresource shops 'Example.Shop/shops@2026-01-01' = [for i in range(0, many): if (i > 0) {\n  name: 'corner'\n  location: 'here'\n}]",
    ],
    [
      'a child of a parent',
      `${shop('')}resource shelf 'Example.Shop/shops/shelves@2026-01-01' = {\n  parent: shop\n  name: 'left'\n}`,
    ],
    ['a child in its parent', shop("  resource shelf 'shelves' = {\n    name: 'left'\n  }")],
    [
      'a child with a name of both',
      "resource shelf 'Example.Shop/shops/shelves@2026-01-01' = {\n  name: 'corner/left'\n}",
    ],
    [
      'an extension on what it extends',
      `${shop('')}resource sticker 'Example.Shop/stickers@2026-01-01' = {\n  scope: shop\n  name: 'blue'\n}`,
    ],
    [
      'a ternary over lines',
      "param isBig bool\nvar size = isBig\n  ? 'large'\n  : 'small'\noutput size string = size",
    ],
    ['calls over lines', "var all = concat(\n  ['a'],\n  ['b']\n)\noutput all array = all"],
    [
      'comments, and what looks like one',
      "// one\n/* two\n   three */\nvar address = 'https://example.test/#top' // four\noutput address string = address",
    ],
    [
      'a module with its parameters and outputs',
      "module inner 'inner.bicep' = {\n  name: 'inner'\n  params: {\n    size: 'small'\n  }\n}\noutput size string = inner.outputs.size",
      {
        'inner.bicep': `@allowed(['small', 'large'])\nparam size string\nparam seats int = 2\nparam colour string?\noutput size string = '\${size}\${seats}\${colour ?? ''}'\n`,
      },
    ],
    [
      'names from a JSON file',
      "var shelves = loadJsonContent('shelves.json').names\noutput first string = shelves[0]",
      { 'shelves.json': '{ "names": ["left"] }' },
    ],
    [
      'an index in an array',
      "var a = { b: ['c'] }\nparam key string\noutput d array = [a[key], a.b[0], a['b'][0]]\noutput e array = [a[key][0], concat([key], [])[0]]\noutput f array = [resourceGroup().id]",
    ],
    [
      'lambdas',
      `var names = map(filter(['a', 'b'], name => name != 'a'), (name, i) => '\${name}\${i}')\noutput names array = names`,
    ],
    [
      'names that are made of parameters',
      `param colour string\nresource shop 'Example.Shop/shops@2026-01-01' = {\n  name: 'shop\${colour}'\n  location: resourceGroup().location\n}\noutput id string = shop.id`,
    ],
  ])('passes: %s', (_what, main, others) => {
    expect(findingsIn(main, others)).toEqual([]);
  });
});

describe('What does not parse', () => {
  test.each([
    ['a brace that is missing', 'var a = {\n  b: 1\n', ['2 does not parse: } is missing']],
    [
      'an operator that the grammar does not know',
      'var a = { b: 1 }\noutput c object = {\n  ...a\n}',
      ['3 does not parse'],
    ],
    [
      'two properties on one line',
      'output a object = { b: 1 c: 2 }',
      ['1 members of an object are parted by line breaks or commas'],
    ],
    [
      'two items on one line',
      'output a array = [1 2]',
      ['1 items of an array are parted by line breaks or commas'],
    ],
    [
      'two statements on one line',
      'var a = 1 var b = 2\noutput c int = a + b',
      ['1 a statement begins on the line on which another ends'],
    ],
    [
      'a line that ends before an operator',
      'param a bool\nvar b = a\n  && a\noutput c bool = b',
      ['3 no line break may stand before `&&`'],
    ],
    [
      'a line that ends after an operator',
      'param a bool\nvar b = a &&\n  a\noutput c bool = b',
      ['3 no line break may stand before `a`'],
    ],
    [
      'a value on the line after its name',
      'var a =\n  1\noutput b int = a',
      ['2 no line break may stand before `1`'],
    ],
  ])('%s is told with its line', (_what, main, expected) => {
    const found = findingsIn(main);
    expect(found).toHaveLength(expected.length);
    for (const [index, one] of expected.entries()) expect(found[index]).toContain(one);
  });
});

describe('What its published type does not allow', () => {
  test.each<[string, string, string[]]>([
    [
      'a type',
      "resource a 'Example.Shop/stores@2026-01-01' = {\n  name: 'a'\n}",
      ['1 Example.Shop/stores is no published resource type here'],
    ],
    [
      'an API version',
      "resource a 'Example.Shop/shops@2025-01-01' = {\n  name: 'a'\n}",
      ['1 Example.Shop/shops has no API version 2025-01-01 here: there are 2026-01-01'],
    ],
    [
      'a property',
      shop('  colour: 1'),
      ['4 colour is not known: there are name, id, location, kind, tags, properties'],
    ],
    ['a slip of the pen', shopWith('    seat: 3'), ['5 properties.seat is not known: did you mean seats?']],
    [
      'a property of an item',
      shopWith('    doors: [\n      { width: 1, high: 2 }\n    ]'),
      ['6 properties.doors[0].high is not known: there are width, label'],
    ],
    [
      'one that is missing',
      "resource a 'Example.Shop/shops@2026-01-01' = {\n  name: 'corner'\n}",
      ['1 location is missing: it is required'],
    ],
    [
      'one that is missing further in',
      shopWith("    doors: [\n      { label: 'x' }\n    ]"),
      ['6 properties.doors[0].width is missing: it is required'],
    ],
    [
      'one that Azure sets',
      shopWith("    address: 'here'"),
      ['5 properties.address is read-only: Azure sets it'],
    ],
    ['a kind', shopWith("    open: 'yes'"), ["5 properties.open is 'yes': it takes true or false"]],
    [
      'a kind of what is not known',
      `param open string\n${shopWith('    open: open')}`,
      ['6 properties.open is of kind string: it takes bool'],
    ],
    ['a literal', shop("  kind: 'huge'"), ["4 kind is 'huge': it is one of small, large"]],
    [
      'one branch of a ternary',
      `param isBig bool\n${shop("  kind: isBig ? 'large' : 'huge'")}`,
      ["5 kind is 'huge': it is one of small, large"],
    ],
    [
      'one of what is allowed',
      `@allowed(['small', 'huge'])\nparam kind string\n${shop('  kind: kind')}`,
      ["6 kind is 'huge': it is one of small, large"],
    ],
    [
      'a default',
      `param kind string = 'huge'\n${shop('  kind: kind')}`,
      ["5 kind is 'huge': it is one of small, large"],
    ],
    [
      'a variable',
      `var doors = [{ width: 'wide' }]\n${shopWith('    doors: doors')}`,
      ["1 properties.doors[0].width is 'wide': it takes a whole number"],
    ],
    ['a bound', shopWith('    seats: 101'), ['5 properties.seats is 101: it takes 1 to 100']],
    [
      'a length',
      shopWith('    doors: [{ width: 1 }, { width: 1 }, { width: 1 }]'),
      ['5 properties.doors has 3 items: it takes 0 to 2'],
    ],
    [
      'a pattern',
      "resource a 'Example.Shop/shops@2026-01-01' = {\n  name: 'Corner'\n  location: 'here'\n}",
      ["2 name is 'Corner': it takes ^[a-z]+$"],
    ],
    [
      'another kind of object',
      shopWith("    payment: { type: 'card', drawer: 'd' }"),
      [
        '5 properties.payment.drawer is not known: there are currency, type, terminal',
        '5 properties.payment.terminal is missing: it is required',
      ],
    ],
    [
      'no kind of object',
      shopWith("    payment: { type: 'cheque' }"),
      ["5 properties.payment.type is 'cheque': it is one of card, cash"],
    ],
    [
      'every round of a loop',
      `var sizes = ['small', 'huge']\nresource shops 'Example.Shop/shops@2026-01-01' = [for (size, i) in sizes: {\n  name: take('corner', i + 3)\n  location: 'here'\n  kind: size\n}]`,
      ["5 kind is 'huge': it is one of small, large"],
    ],
    [
      'a property that is asked for',
      `${shop('')}output door string = shop.properties.door`,
      ['5 .door is no property of Example.Shop/shops.properties'],
    ],
    [
      'a parent',
      `${shop('')}resource shelf 'Example.Shop/shops/shelves@2026-01-01' = {\n  parent: shop\n  name: 'left'\n}\nresource board 'Example.Shop/shops/shelves@2026-01-01' = {\n  parent: shelf\n  name: 'top'\n}`,
      [
        '9 its parent is Example.Shop/shops/shelves: Example.Shop/shops/shelves belongs to Example.Shop/shops',
      ],
    ],
    [
      'a child without its parent',
      "resource shelf 'Example.Shop/shops/shelves@2026-01-01' = {\n  name: 'left'\n}",
      ['1 its name has 1 parts: Example.Shop/shops/shelves takes 2, or a parent'],
    ],
    [
      'two of one name',
      `${shop('')}resource again 'Example.Shop/shops@2026-01-01' = {\n  name: 'corner'\n  location: 'there'\n}`,
      ['5 again is Example.Shop/shops /example.shop/shops/corner, as shop in main.bicep is'],
    ],
    [
      'a child that does not exist',
      `${shop('')}resource left 'Example.Shop/shops/shelves@2026-01-01' = {\n  parent: shop\n  name: 'left'\n}\nresource right 'Example.Shop/shops/shelves@2026-01-01' existing = {\n  parent: shop\n  name: 'right'\n}\noutput id string = right.id`,
      ['9 right is said to exist: nothing makes Example.Shop/shops/shelves right'],
    ],
    [
      'a scope',
      `targetScope = 'subscription'\n${shop('')}`,
      ['2 Example.Shop/shops cannot be deployed to a subscription'],
    ],
    [
      'an extension of nothing',
      "resource sticker 'Example.Shop/stickers@2026-01-01' = {\n  name: 'blue'\n}",
      ['1 Example.Shop/stickers cannot be deployed to a resourceGroup'],
    ],
  ])('%s is told with its line', (_what, main, expected) => {
    expect(findingsIn(main)).toEqual(expected);
  });
});

describe('What leads nowhere', () => {
  const inner = {
    'inner.bicep': `@allowed(['small', 'large'])\nparam size string\nparam seats int = 1\noutput size string = '\${size}\${seats}'`,
  };
  const module = (parameters: string) =>
    `module inner 'inner.bicep' = {\n  name: 'inner'\n  params: {\n${parameters}\n  }\n}\n`;
  test.each<[string, string, string[], Record<string, string>?]>([
    ['a name', 'output a string = b', ['1 b is not declared']],
    ['a scope', "targetScope = 'group'", ["1 targetScope 'group' is not known"]],
    [
      'a field by its name, which may be any of several',
      "@allowed(['a', 'b'])\nparam key string\nvar all = { a: 1 }\noutput c int = all[key]",
      ['4 .b is not there: it is asked of an object with a'],
    ],
    [
      'what is no output of a module',
      "module inner 'inner.bicep' = {\n  name: 'inner'\n}\noutput a string = inner.output.b",
      ['4 .output is not there: it is asked of an object with name, outputs'],
      { 'inner.bicep': 'param a string?\noutput b string? = a' },
    ],
    ['a name inside a text', `output a string = '\${b}'`, ['1 b is not declared']],
    ['a function', 'output a string = shout(1)', ['1 function shout() is not known']],
    ['a type', 'param a size\noutput b string = a', ['1 type size is not declared']],
    [
      'a field of an object',
      'var a = { b: 1 }\noutput c int = a.d',
      ['2 .d is not there: it is asked of an object with b'],
    ],
    ['an item of an array', 'var a = [1]\noutput c int = a[1]', ['2 [1] is not there: the array has 1']],
    [
      'a field of a JSON file',
      "var a = loadJsonContent('a.json')\noutput c string = a.name",
      ['2 .name is not there: it is asked of an object with names'],
      { 'a.json': '{ "names": [] }' },
    ],
    [
      'a file',
      "var a = loadJsonContent('b.json')\noutput c object = a",
      ["1 loadJsonContent('b.json'): there is no such file"],
    ],
    [
      'a file that is no JSON',
      "var a = loadJsonContent('a.json')\noutput c object = a",
      ["1 loadJsonContent('a.json'): the file is no JSON"],
      { 'a.json': '{' },
    ],
    [
      'a module',
      "module a 'b.bicep' = {\n  name: 'a'\n}",
      ["1 module a: there is no file 'b.bicep', or it does not parse"],
    ],
    [
      'a parameter of a module',
      module("    size: 'small'\n    colour: 1"),
      ['5 inner.bicep has no parameter colour'],
      inner,
    ],
    [
      'a parameter that a module needs',
      module('    seats: 2'),
      ['1 parameter size of inner.bicep is missing'],
      inner,
    ],
    [
      'a kind of parameter',
      module("    size: 'small'\n    seats: 'two'"),
      ['5 parameter seats of inner.bicep is of kind string, not int'],
      inner,
    ],
    [
      'a value that is not allowed',
      module("    size: 'huge'"),
      ['4 parameter size of inner.bicep is "huge": it is one of small, large'],
      inner,
    ],
    [
      'an output of a module',
      `${module("    size: 'small'")}output a string = inner.outputs.colour`,
      ['7 .colour is not there: it is asked of an object with size'],
      inner,
    ],
    [
      'a file that nothing deploys',
      'output a int = 1',
      ['other.bicep:1 nothing deploys this file: no module leads to it'],
      { 'other.bicep': shop('') },
    ],
    ['a parameter that nothing uses', 'param a string', ['1 parameter a is never used']],
    ['a variable that nothing uses', 'var a = 1', ['1 variable a is never used']],
    ['two of one name', 'param a int\nvar a = 1\noutput b int = a', ['2 a is declared twice']],
    [
      'a default of another kind',
      'param a int = true\noutput b int = a',
      ['1 the default of parameter a is of kind bool, not int', '2 output b is of kind bool, not int'],
    ],
    ['an output of another kind', 'output a int = true', ['1 output a is of kind bool, not int']],
    [
      'a property that is written twice',
      'output a object = {\n  b: 1\n  b: 2\n}',
      ['3 property b is written twice'],
    ],
  ])('%s is told with its line', (_what, main, expected, others) => {
    expect(findingsIn(main, others)).toEqual(expected);
  });
});

describe('What is not known before the deployment starts', () => {
  const early = 'has to be known before the deployment starts: this is known once a resource is there';
  test.each<[string, string, string[]]>([
    [
      'a name',
      `${shop('')}resource other 'Example.Shop/shops@2026-01-01' = {\n  name: shop.properties.address\n  location: 'here'\n}`,
      [`6 the name of other ${early}`],
    ],
    [
      'a condition',
      `${shop('')}resource other 'Example.Shop/shops@2026-01-01' = if (shop.properties.open) {\n  name: 'other'\n  location: 'here'\n}`,
      [`5 a condition ${early}`],
    ],
    [
      'what a loop goes through',
      `${shop('')}resource others 'Example.Shop/shops@2026-01-01' = [for door in shop.properties.doors: {\n  name: 'other'\n  location: 'here'\n}]`,
      [`5 what a loop goes through ${early}`],
    ],
  ])('%s cannot be made of it', (_what, main, expected) => {
    expect(findingsIn(main)).toEqual(expected);
  });

  test('but a module that is given it may use it, since it starts later', () => {
    const main = `${shop('')}module inner 'inner.bicep' = {\n  name: 'inner'\n  params: {\n    name: shop.properties.address\n  }\n}`;
    const inner =
      "param name string\nresource shop 'Example.Shop/shops@2026-01-01' = {\n  name: name\n  location: 'here'\n}";
    expect(findingsIn(main, { 'inner.bicep': inner })).toEqual([]);
  });

  test('and what a module puts out is not known before', () => {
    const main =
      "module inner 'inner.bicep' = {\n  name: 'inner'\n}\nresource shop 'Example.Shop/shops@2026-01-01' = {\n  name: inner.outputs.name\n  location: 'here'\n}";
    expect(findingsIn(main, { 'inner.bicep': "output name string = 'corner'" })).toEqual([
      `5 the name of shop ${early}`,
    ]);
  });
});

describe('A loop', () => {
  test.each<[string, string, string[]]>([
    [
      'in a call',
      'output a array = concat([for b in [1]: b], [2])',
      ['1 a loop cannot stand here: use map()'],
    ],
    [
      'in a loop',
      'output a array = [for b in [1]: [for c in [2]: b + c]]',
      ['1 a loop cannot stand here: use map()'],
    ],
    [
      'in an object of a variable',
      'var a = {\n  b: [for c in [1]: c]\n}\noutput d object = a',
      ['2 a loop cannot stand here: use map()'],
    ],
    [
      'in a branch',
      shopWith('    doors: true ? [for width in [1]: { width: width }] : []'),
      ['5 a loop cannot stand here: use map()'],
    ],
  ])('%s is told', (_what, main, expected) => {
    expect(findingsIn(main)).toEqual(expected);
  });

  test('may be the value of a property', () => {
    expect(findingsIn(shopWith('    doors: [for width in [1, 2]: { width: width }]'))).toEqual([]);
  });
});

describe('A secret', () => {
  test.each<[string, string, string[]]>([
    [
      'as an output',
      '@secure()\nparam a string\noutput b string = a',
      ['3 output b is made of a secret: outputs can be read by all'],
    ],
    [
      'in an output',
      `@secure()\nparam a string\noutput b object = {\n  c: 'x\${a}'\n}`,
      ['3 output b is made of a secret: outputs can be read by all'],
    ],
    [
      'by the name of an output',
      "output adminPassword string = 'x'",
      ['1 output adminPassword has the name of a secret: outputs can be read by all'],
    ],
    [
      'of a resource',
      `${shop('')}output b string = shop.listKeys().primary`,
      ['5 output b is made of a secret: outputs can be read by all'],
    ],
    [
      'that is written out',
      shop("  tags: {\n    a: 'Endpoint=x;AccountKey=abc'\n  }"),
      ['4 shop has a secret written out'],
    ],
  ])('%s is told', (_what, main, expected) => {
    expect(findingsIn(main)).toEqual(expected);
  });
});
