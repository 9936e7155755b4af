import { describe, expect, test } from 'vitest';
import { filesOf } from './bicep/files.ts';
import { describeFindings } from './finding.ts';
import { azdParameters, bicepParameters } from './parameters.ts';

const MAIN =
  "param name string\n@allowed(['small', 'large'])\nparam size string = 'small'\nparam isOpen bool = false\n";

const read = (file: string, text: string) => {
  const texts: Readonly<Record<string, string>> = { 'main.bicep': MAIN, [file]: text };
  const files = filesOf((path) => texts[path]);
  return file.endsWith('.json') ? azdParameters(file, 'main.bicep', files) : bicepParameters(file, files);
};

describe('A file of parameters', () => {
  test('gives values, and may read variables of the environment', () => {
    const text =
      "using 'main.bicep'\nparam name = readEnvironmentVariable('NAME', 'a')\nparam isOpen = true\n";
    const { of, given, findings } = read('dev.bicepparam', text);
    expect(findings).toEqual([]);
    expect([of, given]).toEqual(['main.bicep', { name: 'a', isOpen: true }]);
  });

  test.each([
    [
      'a name',
      "using 'main.bicep'\nparam name = 'a'\nparam colour = 1",
      'dev.bicepparam:3 main.bicep has no parameter colour',
    ],
    [
      'a kind',
      "using 'main.bicep'\nparam name = 1",
      'dev.bicepparam:2 parameter name of main.bicep is of kind int, not string',
    ],
    [
      'a value',
      "using 'main.bicep'\nparam name = 'a'\nparam size = 'huge'",
      'dev.bicepparam:3 parameter size of main.bicep is "huge": it is one of small, large',
    ],
    [
      'one that is missing',
      "using 'main.bicep'\nparam isOpen = true",
      'dev.bicepparam:1 parameter name of main.bicep is missing',
    ],
    [
      'the file it is for',
      "param name = 'a'",
      'dev.bicepparam:1 no `using` says of which file the parameters are',
    ],
    [
      'a file that is not there',
      "using 'other.bicep'\nparam name = 'a'",
      'dev.bicepparam:1 other.bicep is not there, or does not parse',
    ],
  ])('that has %s wrong is told with its line', (_what, text, expected) => {
    expect(describeFindings(read('dev.bicepparam', text).findings)).toEqual([expected]);
  });

  test('of azd makes of text what the parameter is', () => {
    const parameters = { name: { value: `\${NAME}` }, isOpen: { value: `\${IS_OPEN=true}` } };
    const { given, findings } = read('main.parameters.json', JSON.stringify({ parameters }));
    expect(findings).toEqual([]);
    expect(given.isOpen).toBe(true);
  });
});
